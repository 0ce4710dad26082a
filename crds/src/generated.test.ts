import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { customResourceDefinition } from './crd/custom-resource-definition.ts';
import { generatedFiles } from './generated.ts';

const ROOT = join(import.meta.dirname, '../..');

test.each(generatedFiles())('$path is what npm run generate writes', ({ path, text }) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
});

test('the YAML says what the definition says', () => {
  const [crd] = generatedFiles();
  expect(parse(crd?.text ?? '')).toEqual(customResourceDefinition());
});

test('the reference names every field', () => {
  const reference = generatedFiles()[1]?.text;
  const names = [
    'spec.source.jetstream.startFrom',
    'spec.steps[].redact',
    'spec.sinks[].retry.backoff',
    'status.source',
  ];
  for (const name of names) expect(reference).toContain(`\n## ${name}\n`);
  for (const field of ['deletionPolicy', 'ackWait', 'keySecretName', 'terminationGracePeriod', 'ackFloor']) {
    expect(reference).toContain(`**\`${field}\`**`);
  }
});
