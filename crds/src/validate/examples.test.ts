import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { validateStreamJob } from './validate-stream-job.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples');

/** They are also applied to a cluster, but that takes longer to tell. */
test.each(globSync('**/*.yaml', { cwd: EXAMPLES }))('%s is valid', (file) => {
  expect(validateStreamJob(parse(readFileSync(join(EXAMPLES, file), 'utf8')))).toMatchObject({ ok: true });
});
