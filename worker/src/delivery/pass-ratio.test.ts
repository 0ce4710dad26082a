import { expect, test } from '@jest/globals';
import { PassRatio } from './pass-ratio.ts';

test.each([
  ['nothing was tried', 0, 0, false],
  ['too little was tried', 9, 0, false],
  ['all passed', 10, 0, true],
  ['one in ten failed', 90, 10, true],
  ['more failed', 80, 20, false],
  ['all failed long ago', 128, 1000, true],
])('when %s', (_name, passes, failures, mostPass) => {
  const ratio = new PassRatio();
  for (let i = 0; i < failures; i += 1) ratio.add(false);
  for (let i = 0; i < passes; i += 1) ratio.add(true);
  expect(ratio.mostPass).toBe(mostPass);
});
