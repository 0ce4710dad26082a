import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder as the kubelet mounts a Secret: files are links into a folder that is swapped as a whole. */
export class SecretDir {
  readonly path = mkdtempSync(join(tmpdir(), 'secret-'));
  #version = 0;

  constructor(files: Readonly<Record<string, string>>) {
    this.write(files);
    for (const name of Object.keys(files)) symlinkSync(join('..data', name), join(this.path, name));
  }

  write(files: Readonly<Record<string, string>>): void {
    this.#version += 1;
    const version = `..${this.#version}`;
    mkdirSync(join(this.path, version));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(this.path, version, name), content);
    symlinkSync(version, join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), join(this.path, '..data'));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
