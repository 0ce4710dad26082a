/**
 * A rule of the resource, written once for both sides: as CEL for the API server, as a function for our validator.
 * A test holds the two against each other.
 */
export type Rule<Self = unknown> = {
  /** Where the rule stands: `` is the root, `[]` every item, `{}` every value: `spec.steps[].map`. */
  readonly at: string;
  readonly rule: string;
  readonly message: string;
  /** The field that the refusal names, below `at`; `at` itself when absent. */
  readonly field?: string;
  /** Checked on updates only, against the value before. */
  readonly transition: boolean;
  holds(self: Self, old: Self): boolean;
};

type Text = { readonly rule: string; readonly message: string; readonly field?: string };

/** A rule of what is there. `Self` is the type at that place: rules are asked only after the schema holds. */
export function rule<Self>(at: string, text: Text, holds: (self: Self) => boolean): Rule<Self> {
  return { at, ...text, transition: false, holds };
}

/** A rule of updates: what may become of what was there. */
export function transition<Self>(at: string, text: Text, holds: (self: Self, old: Self) => boolean): Rule<Self> {
  return { at, ...text, transition: true, holds };
}

/** Exactly one of the optional members of a union is there. */
export function exactlyOne(at: string, members: readonly string[]): Rule {
  const has = members.map((member) => `has(self.${member})`);
  const [only] = has;
  const text = {
    rule: has.length === 1 && only !== undefined ? only : `[${has.join(', ')}].filter(x, x).size() == 1`,
    message: has.length === 1 ? `${members.join()} must be set` : `exactly one of ${members.join(', ')} must be set`,
  };
  return rule<object>(at, text, (self) => members.filter((member) => Object.hasOwn(self, member)).length === 1);
}
