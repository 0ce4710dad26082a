import { describe, expect, test } from '@jest/globals';
import { Batches } from './batches.ts';
import { type PublishAnswer } from './contract.ts';

const publications = (...subjects: string[]) => subjects.map((subject) => ({ subject, payload: new Uint8Array(0) }));
const timeout: PublishAnswer = { kind: 'timeout' };
const lost: PublishAnswer = { kind: 'disconnected' };
const stored: PublishAnswer = { kind: 'stored', stream: 'S', sequence: 1, duplicate: false };

function fixture() {
  const batches = new Batches();
  const answers: string[] = [];
  const add = (name: string, deadlineMs: number, ...subjects: string[]) =>
    batches.add(
      publications(...subjects),
      (index, answer) => answers.push(`${name}${index} ${answer.kind}`),
      deadlineMs,
    );
  return { batches, answers, add };
}

describe('Batches', () => {
  test('answers each once, whatever comes later', () => {
    const { batches, answers, add } = fixture();
    const id = add('a', 10, 'x', 'y');
    batches.answer(id, 1, stored);
    batches.answer(id, 1, lost);
    batches.answer(id, 7, stored);
    batches.answer(99, 0, stored);
    expect(batches.inFlight).toBe(1);
    batches.answerAll(lost);
    batches.answer(id, 0, stored);
    expect(answers).toEqual(['a1 stored', 'a0 disconnected']);
    expect(batches.inFlight).toBe(0);
  });

  test('lets the batches that are due time out, the oldest first', () => {
    const { batches, answers, add } = fixture();
    const first = add('a', 10, 'x', 'y');
    add('b', 20, 'x');
    expect(batches.nextDeadlineMs).toBe(10);
    batches.answer(first, 0, stored);
    batches.answerDue(10, timeout);
    expect(answers).toEqual(['a0 stored', 'a1 timeout']);
    expect(batches.nextDeadlineMs).toBe(20);
  });

  test('gives a refusal by subject to the oldest unanswered one', () => {
    const { batches, answers, add } = fixture();
    const first = add('a', 10, 'x', 'y', 'x');
    add('b', 20, 'y', 'x');
    const refuse = (subject: string) => {
      batches.answerSubject(subject, { kind: 'permission', subject });
    };
    batches.answer(first, 1, stored);
    for (const subject of ['x', 'y', 'x', 'x', 'z', 'x']) refuse(subject);
    expect(answers.slice(1)).toEqual(['a0 permission', 'b0 permission', 'a2 permission', 'b1 permission']);
    expect(batches.inFlight).toBe(0);
  });

  test('an empty batch asks for no answer', () => {
    const { batches, add } = fixture();
    add('a', 10);
    expect(batches.inFlight).toBe(0);
    expect(batches.nextDeadlineMs).toBeUndefined();
  });

  test('a batch that an answer adds is not swept along', () => {
    const batches = new Batches();
    const answers: string[] = [];
    batches.add(publications('x'), () => batches.add(publications('y'), () => answers.push('second'), 5), 5);
    batches.answerAll(lost);
    expect(answers).toEqual([]);
    expect(batches.inFlight).toBe(1);
  });
});
