import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PEM bundle as a file, because TLS libraries read authorities from files at every dial. */
export async function writeAuthorityFile(pem: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'streamjob-authority-'));
  const path = join(dir, 'ca.crt');
  await writeFile(path, pem);
  return { path, remove: () => rm(dir, { recursive: true, force: true }) };
}
