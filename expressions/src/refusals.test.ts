import { expect, test } from '@jest/globals';
import { compileExpression } from './expression.ts';
import { type ExpressionProblem } from './problem.ts';

function refused(source: string, expects: 'bool' | 'any' = 'any'): ExpressionProblem {
  const compiled = compileExpression(source, expects);
  if (compiled.ok) throw new Error(`compiled: ${source}`);
  return compiled.problem;
}

test('explains with the line and a caret', () => {
  expect(refused('event.delay > 60 &&\n\tevnt.late').explained).toBe(
    ['no such name: evnt (line 2, column 2)', '', '  \tevnt.late', '  \t^', 'hint: did you mean event?'].join('\n'),
  );
  expect(refused(`event.a == "${'x'.repeat(200)}" && evnt.late && "${'y'.repeat(200)}" == event.b`).explained).toMatch(
    /^no such name: evnt.*\n\n {2}…x{55}" && evnt\.late && "y+…\n {63}\^\nhint: did you mean event\?$/,
  );
});

test.each([
  ['', 1, 'the expression is empty'],
  ['event.a ==', 11, 'unexpected the end of the expression'],
  ['(event.a', 9, 'expected ")", found the end of the expression'],
  ['event.a)', 8, 'unexpected ")"'],
  ['[1, 2', 6, 'expected "]", found the end of the expression'],
  ['event.a and event.b', 9, 'unexpected "and"; use && instead of and'],
  ['event.a OR event.b', 9, 'unexpected "OR"; use || instead of or'],
  ['event.a = 1', 9, 'unexpected "="; use == to compare'],
  ['event.a === 1', 11, 'unexpected "="; use == instead of ==='],
  ['event.a & event.b', 9, 'unexpected "&"; use && for "and"'],
  ['event.a | event.b', 9, 'unexpected "|"; use || for "or"'],
  ['event.a <> 1', 10, 'unexpected ">"; use != for "not equal"'],
  ['event?.a', 7, 'unexpected "."; ask has(event.a) first'],
  ['${event.a}', 1, 'unexpected "$"; an expression has no ${…} around it'],
  ['event.a == “x”', 12, 'unexpected "“"; use straight quotes'],
  ['event.a == "x', 12, 'the text has no closing quote'],
  ['event.a;', 8, 'unexpected ";"; an expression has no ; at its end'],
  ['for', 1, 'for is a reserved word'],
  ['delay > 5', 1, 'no such name: delay; there are event, message; a field of the event is event.delay'],
  ['mesage.subject', 1, 'no such name: mesage; did you mean message?'],
  ['True', 1, 'no such name: True; write true'],
  ['event.l.map(item, itm)', 19, 'no such name: itm; did you mean item?'],
  ['message.sbject', 9, 'message has no field sbject; did you mean message.subject?'],
  [
    'message',
    1,
    'message has no value of its own; read one of its fields: message.subject, message.headers, message.time, message.sequence, message.deliveries',
  ],
  ['message["subject"]', 9, expect.stringContaining('message is no map')],
  ['message.subject.x', 17, 'a string has no field x'],
  ['message.subject.length', 17, 'a string has no field length; write size(…)'],
  ['message.subject[0]', 17, "can't index a string"],
  ['[1]["a"]', 5, "a list's index must be an int, found string"],
  ['foo(1)', 1, 'no such function: foo()'],
  ['len(event.a)', 1, 'no such function: len(); use size(…)'],
  ['event.a.toUpperCase()', 9, 'no such method: toUpperCase(); use upperAscii()'],
  ['event.a.contain("x")', 9, 'no such method: contain(); did you mean contains()?'],
  ['contains(event.a, "x")', 1, 'no such function: contains(); write value.contains(…)'],
  ['event.a.int()', 9, 'no such method: int(); write int(value)'],
  ['event.a.contains(1)', 9, "contains() can't take dyn, int; it is string.contains(string): bool"],
  ['exists(event.a)', 1, 'no such function: exists(); write has(event.field), or list.exists(x, …)'],
  ['has(event)', 5, 'has() takes one field; write has(event.name)'],
  ['event.a.all(x)', 9, 'all() takes a variable and an expression; write list.all(x, …)'],
  ['1 + "a"', 3, "can't apply + to int and string; turn the other into a text with string(…)"],
  ['"a" == 1', 5, "can't apply == to string and int; convert one of them with string(…) or double(…)"],
  ['message.subject == null', 17, "can't apply == to string and null; only a field of the event can be null"],
  ['message.time > "2026-01-01"', 14, "can't apply > to timestamp and string; read the text with timestamp(…)"],
  ['"a" in "abc"', 5, expect.stringContaining("can't apply in to string and string; after in comes a list or a map")],
  ['1 + 1u', 3, "can't apply + to int and uint; convert one of them with int(…) or uint(…)"],
  ['true < 1', 6, "can't apply < to bool and int"],
  ['"a" && true', 1, '&& needs bools, found string; compare it with something'],
  ['!1', 1, "can't apply ! to a int"],
  ['1 ? 2 : 3', 1, '? needs a bool before it, found int'],
  ['[1].all(x, x)', 12, 'needs a bool, found int'],
  ['"abc".all(x, true)', 1, 'needs a list or a map, found string'],
  ['{[1]: 2}', 2, "a list can't be a key"],
  ['{"a": 1, "a": 2}', 10, 'the map has this key twice'],
  ['9223372036854775808', 1, 'the number is too large for an int'],
  ['event.a.matches("(")', 17, expect.stringContaining('not a regular expression of RE2: missing closing )')],
  ['event.a.matches("(?=x)")', 17, expect.stringContaining('RE2 has no look-around and no back-references')],
  ['timestamp("yesterday")', 11, 'the text is no timestamp: write it like 2026-01-31T12:00:00Z'],
  ['duration("5")', 10, 'the text is no duration: write it like 1h30m or 2.5s'],
  ['b"é"', 1, 'bytes can only be written in ASCII; write b"\\xc3\\xa9" or bytes("é")'],
  ['('.repeat(300) + '1' + ')'.repeat(300), 101, expect.stringContaining('nested too deeply')],
  ['-'.repeat(2000) + 'event.a', expect.any(Number), expect.stringContaining('nested too deeply')],
  ['event.a' + ' + 1'.repeat(1000), expect.any(Number), expect.stringContaining('nested too deeply')],
  [`"${'x'.repeat(5000)}"`, 1, 'longer than 4096 characters; split it into several steps'],
])('%s', (source, column, message) => {
  expect(refused(source)).toMatchObject({ line: 1, column, message });
});

test.each([
  ['"a"', 'string'],
  ['event.a + "x"', 'string'],
  ['size(event.a)', 'int'],
  ['event.a ? 1 : 2', 'int'],
  ['event.l.map(x, x)', 'list<dyn>'],
])('as a filter, %s is refused', (source, type) => {
  expect(refused(source, 'bool').message).toBe(`the expression gives ${type}, not a bool; compare it with something`);
});
