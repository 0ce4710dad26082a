/** What a payload says, as steps and expressions see it. */
export type DecodedEvent = {
  readonly value: unknown;
  /** Whether it may hold numbers that no double holds: BigInt, or InexactNumber. */
  readonly inexact: boolean;
};

/** An event, or why there is none: a fixed text, since parsers' own texts quote payloads. */
export type Decoded = (DecodedEvent & { readonly ok: true }) | { readonly ok: false; readonly error: string };

/** Pure, and never throws. */
export type Decode = (payload: Uint8Array) => Decoded;
