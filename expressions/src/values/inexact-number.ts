import { Boxed } from './kind.ts';

/**
 * A number in a payload that neither a double nor an int holds exactly, such as 0.1234567890123456789.
 * It can be passed on whole; an expression that reads it fails. Encoders write `source` as it is.
 */
export class InexactNumber extends Boxed {
  readonly $kind = 'inexact';
  readonly source: string;

  /** @param source the number's text, as it stood in the payload */
  constructor(source: string) {
    super();
    this.source = source;
  }
}
