/** Names as they were written, values without the blanks around them; nothing that a producer wrote makes it throw. */
export type MessageHeaders = {
  /** The first value; names are compared as written. */
  get(name: string): string | undefined;
  values(name: string): readonly string[];
  /** Every name and value in the order they came. */
  readonly entries: readonly (readonly [name: string, value: string])[];
};
