import { Boxed, type Kind } from './kind.ts';

/** What `type(x)` gives, and what the names int, string, … stand for. */
export class TypeValue extends Boxed {
  readonly $kind = 'type';
  readonly $of: Kind;

  constructor(of: Kind) {
    super();
    this.$of = of;
  }
}

/** CEL's names of the types, as expressions write them. */
export const TYPE_NAMES: ReadonlyMap<string, TypeValue> = new Map(
  (
    [
      ['null_type', 'null'],
      ['bool', 'bool'],
      ['int', 'int'],
      ['uint', 'uint'],
      ['double', 'double'],
      ['string', 'string'],
      ['bytes', 'bytes'],
      ['list', 'list'],
      ['map', 'map'],
      ['type', 'type'],
      ['google.protobuf.Timestamp', 'timestamp'],
      ['google.protobuf.Duration', 'duration'],
    ] as const
  ).map(([name, kind]) => [name, new TypeValue(kind)]),
);
