import { describe, expect, test } from '@jest/globals';
import { createLogger } from './logger.ts';

function capture() {
  const lines: Record<string, unknown>[] = [];
  return {
    lines,
    destination: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  };
}

describe('createLogger', () => {
  test('writes a constant message with its fields, a level in words and a time', () => {
    const { lines, destination } = capture();
    createLogger({ name: 'operator', level: 'info', destination }).info({ job: 'a/b' }, 'applied deployment');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ name: 'operator', level: 'info', job: 'a/b', msg: 'applied deployment' });
    expect(Date.parse(String(lines[0]?.time))).not.toBeNaN();
  });

  test('leaves out what is below its level', () => {
    const { lines, destination } = capture();
    const log = createLogger({ name: 'worker', level: 'warn', destination });
    log.info({}, 'quiet');
    log.error({}, 'loud');
    expect(lines.map((line) => line.msg)).toEqual(['loud']);
  });

  test('a child adds its fields to every line', () => {
    const { lines, destination } = capture();
    createLogger({ name: 'worker', level: 'info', destination }).child({ sink: 's' }).warn({ held: 3 }, 'sink is down');
    expect(lines[0]).toMatchObject({ sink: 's', held: 3 });
  });

  test('an error keeps its cause', () => {
    const { lines, destination } = capture();
    const error = new Error('outer', { cause: new TypeError('inner') });
    createLogger({ name: 'worker', level: 'info', destination }).error({ error }, 'failed');
    expect(lines[0]).toMatchObject({
      error: { name: 'Error', message: 'outer', cause: { name: 'TypeError', message: 'inner' } },
    });
  });
});
