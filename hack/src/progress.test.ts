import { describe as suite, expect, test } from '@jest/globals';
import { createProgress, describe, formatSeconds, type Screen } from './progress.ts';

suite('formatSeconds', () => {
  test.each([
    [0.42, '0.4 s'],
    [9.99, '10.0 s'],
    [48.4, '48 s'],
    [59.7, '1 min 0 s'],
    [200, '3 min 20 s'],
  ])('%d', (seconds, expected) => {
    expect(formatSeconds(seconds)).toBe(expected);
  });
});

suite('a line of progress', () => {
  const base = { title: 'building', startedMs: 0, expectedSeconds: undefined, state: {} };
  test.each([
    ['only knows the time passed', base, '… building (30 s)'],
    ['expects an end', { ...base, expectedSeconds: 90 }, '… building (30 s, about 1 min 0 s left)'],
    ['is late', { ...base, expectedSeconds: 20 }, '… building (30 s, taking longer than usual)'],
    [
      'prefers what the work says',
      { ...base, expectedSeconds: 20, state: { fraction: 0.75 } },
      '… building (30 s, about 10 s left)',
    ],
    ['adds a note', { ...base, state: { note: '12 packages' } }, '… building: 12 packages (30 s)'],
  ])('%s', (_case, step, expected) => {
    expect(describe(step, 30_000)).toBe(expected);
  });
});

suite('createProgress', () => {
  function record(over: Partial<Screen> = {}): { screen: Screen; text: () => string } {
    const written: string[] = [];
    const write = (text: string): void => {
      written.push(text);
    };
    return { screen: { isTty: false, columns: 80, color: false, write, ...over }, text: () => written.join('') };
  }

  test('a step that ends at once is one line', async () => {
    const { screen, text } = record();
    await expect(createProgress(screen, () => 0).step('short', () => Promise.resolve(7))).resolves.toBe(7);
    expect(text()).toBe('✓ short (0.0 s)\n');
  });

  test('a step that fails says so and passes the error on', async () => {
    const { screen, text } = record();
    const progress = createProgress(screen, () => 0);
    await expect(progress.step('bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(text()).toBe('✗ bad (0.0 s)\n');
  });

  test('colors only where they are wanted', async () => {
    const { screen, text } = record({ color: true });
    await createProgress(screen, () => 0).step('short', () => Promise.resolve());
    expect(text()).toContain('\u001b[32m✓\u001b[0m');
  });

  test('a terminal line is cleared before it is written anew', () => {
    const { screen, text } = record({ isTty: true });
    createProgress(screen).say('hello');
    expect(text()).toBe('\r\u001b[Khello\n');
  });
});
