import { expectationOf, type SpecCase } from './cases.ts';

/** Parts of CEL that our expressions don't have: why, and how the cases that need them are known. */
export type NotOurs = { readonly why: string; readonly needs: (specCase: SpecCase) => boolean };

export const notOurs: readonly NotOurs[] = [
  {
    why: 'Events are JSON: there are no Protocol Buffers messages, wrappers, enums or extensions of them.',
    needs: ({ section, test }) =>
      /^(dynamic|enums|proto2|proto2_ext|proto3|wrappers)\//.test(section) ||
      /^(cel\.expr\.conformance\.|google\.protobuf)/.test(test.container) ||
      /TestAllTypes|google\.protobuf\.(?!Timestamp\b|Duration\b)|\bmsg\b/.test(test.expr),
  },
  {
    why: 'Variables are event and message: there are no namespaces that names are looked up in.',
    needs: ({ section, test }) =>
      section.startsWith('namespace/') || Object.keys(test.bindings).some((name) => name.includes('.')),
  },
  {
    why: 'Optionals (a.?b, optional.of) are not offered: has(a.b) asks.',
    needs: ({ section, test }) => section.startsWith('optionals/') || /\boptional\./.test(test.expr),
  },
  {
    why: 'Macros with two variables are not offered.',
    needs: ({ section }) => section.startsWith('macros2/'),
  },
  {
    why: 'Extension libraries that are not offered: cel.block, base64, bit operations, format and quote.',
    needs: ({ section, test }) =>
      /^(block_ext|encoders_ext)\//.test(section) || /math\.bit|\.format\(|strings\.quote\(/.test(test.expr),
  },
  {
    why: 'What type a checker deduces is not asked of ours: it knows nothing of an event until there is one.',
    needs: (specCase) => expectationOf(specCase) === undefined,
  },
];
