import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryDir } from '../build/bundle.ts';
import { run } from '../process/run.ts';
import { type Progress } from '../progress.ts';
import { versions } from '../versions.ts';
import { type Engine } from './engine.ts';

export interface NodeBase {
  readonly ref: string;
  /** What tells it from another base. */
  readonly id: string;
}

// Since glibc 2.34 name look-ups are part of libc; older ones load these by name.
const LOADED_BY_NAME = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

/** The base of the programs' images: the public Node image where it is or can be pulled, else one made of this Node. */
export async function nodeBase(engine: Engine, progress: Progress): Promise<NodeBase> {
  const { nodeImage } = versions;
  if ((await engine.has(nodeImage)) || (await engine.pull(nodeImage))) return { ref: nodeImage, id: nodeImage };
  if (process.platform !== 'linux') {
    throw new Error(
      `${nodeImage} can't be pulled, and only Linux can make a base of its own: pull it by hand, then try again`,
    );
  }
  const ref = `localhost/streamjob-node:${versions.node}-${process.arch}`;
  if (!(await engine.has(ref))) {
    await progress.step('making a base image of Node', () => makeBase(engine, ref), 10);
  }
  return { ref, id: ref };
}

async function makeBase(engine: Engine, ref: string): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'streamjob-image-'));
  try {
    await layOut(join(context, 'root'));
    await engine.build({ ref, context, dockerfile: join(repositoryDir, 'hack/images/node/Dockerfile') });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** Node, what `ldd` names, and the few files that name look-ups and users need. */
async function layOut(root: string): Promise<void> {
  const place = (from: string, to: string): void => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(realpathSync(from), join(root, to));
  };
  const libraries = await librariesOf(process.execPath);
  place(process.execPath, '/usr/local/bin/node');
  for (const library of libraries) place(library, library);
  for (const folder of new Set(libraries.map((library) => dirname(library)))) {
    for (const library of LOADED_BY_NAME.map((name) => join(folder, name))) {
      if (existsSync(library)) place(library, library);
    }
  }
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n',
  );
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  mkdirSync(join(root, 'tmp'), { mode: 0o1777 });
}

/** Absolute paths of the shared libraries and the loader that a binary needs. */
async function librariesOf(binary: string): Promise<string[]> {
  const printed = await run('ldd', [binary]);
  return [...printed.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
}
