import { statSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, programs } from './build/bundle.ts';

for (const program of programs) {
  const { dir, hash } = await bundle(program);
  const kilobytes = Math.round(statSync(join(dir, 'main.mjs')).size / 1024);
  console.log(`dist/${program}/main.mjs  ${kilobytes} kB  ${hash}`);
}
