import { type SpecCase } from './cases.ts';

/**
 * Where ours differs on purpose. `instead` is what happens: the expression is refused before any message is there, or it
 * has a value, and another one than CEL's or where CEL has none.
 */
export type Deviation = {
  readonly why: string;
  readonly is: (specCase: SpecCase) => boolean;
  readonly instead: 'refused' | 'value';
};

export const deviations: readonly Deviation[] = [
  {
    why: 'An unknown name or function is refused when the job is checked, even where || true would hide it.',
    is: ({ section, name }) => section === 'parse/receiver_function_names' || name === 'unbound_is_runtime_error',
    instead: 'refused',
  },
  {
    why: 'So is what can never be a bool beside && or ||, and comparing what can never be equal.',
    is: ({ section, name }) =>
      (section.startsWith('logic/') && name.startsWith('short_circuit_type_')) || name === 'not_eq_list_length',
    instead: 'refused',
  },
  {
    why: 'An int and a double are compared exactly, not as two doubles.',
    is: ({ name }) => /^(not_gt|lte)_dyn_big_double_int$|^(not_lt|gte)_dyn_int_big_lossy_double$/.test(name),
    instead: 'value',
  },
  {
    why: 'A JSON number is a double, so % takes doubles, and what rounds takes ints and gives them back.',
    is: ({ section, name }) =>
      name === 'mod_not_support' || /^math_ext\/(ceil|floor|round|trunc) dyn_error$/.test(`${section} ${name}`),
    instead: 'value',
  },
  {
    why: 'A duration may be as long as the time between any two timestamps.',
    is: ({ name }) => name.startsWith('sub_time_duration_'),
    instead: 'value',
  },
  {
    why: 'Bytes are written in ASCII with escapes, and never raw: b"\\xc3\\xbf".',
    is: ({ test }) => /\bb'[^']*[^\x00-\x7f]/.test(test.expr) || /^b[rR]/.test(test.expr),
    instead: 'refused',
  },
  {
    why: 'A field whose name is no identifier is read as event["content-type"], not between backquotes.',
    is: ({ section }) => section === 'fields/quoted_map_fields',
    instead: 'refused',
  },
  {
    why: 'A number begins with a digit: 0.99.',
    is: ({ test }) => test.expr.startsWith('.99'),
    instead: 'refused',
  },
];
