import { expect, test } from '@jest/globals';
import { validateStreamJob } from '@streamjob/crds';
import { CASES, nameOf } from './cases.ts';
import { applyJob, eventText, jobManifest } from './job.ts';

test.each(CASES)('events of $sizeBytes bytes, $percent % of which pass', ({ sizeBytes, percent }) => {
  const events = Array.from({ length: 200 }, (_, index) => eventText(index, sizeBytes));
  expect(new Set(events.map((text) => Buffer.byteLength(text)))).toEqual(new Set([sizeBytes]));
  const results = events.flatMap((text) => applyJob(text, percent) ?? []);
  expect(results).toHaveLength(2 * percent);
  expect(results[1]).toMatchObject({ subject: 'out.DTW' });
  expect(JSON.parse(results[1]?.text ?? '')).toMatchObject({ id: 1, hours: 1 / 60 });
  expect(validateStreamJob(jobManifest(percent))).toMatchObject({ ok: true });
});

test('names are short and different', () => {
  expect(CASES.map(nameOf)).toEqual([
    '300 B, 100 %',
    '300 B, 12 %',
    '1 kB, 100 %',
    '1 kB, 12 %',
    '10 kB, 100 %',
    '10 kB, 12 %',
  ]);
});
