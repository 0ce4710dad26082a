import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../binaries/index.ts';
import { run, succeeds } from '../process/run.ts';

export const engineNames = ['docker', 'podman', 'buildah'] as const;
export type EngineName = (typeof engineNames)[number];

export interface BuildRequest {
  readonly ref: string;
  readonly dockerfile: string;
  readonly context: string;
  /** The image to build on; without it, the file's own choice. */
  readonly base?: string;
}

/** What builds images: a container engine, or buildah where there is none. */
export interface Engine {
  readonly name: EngineName;
  has(ref: string): Promise<boolean>;
  /** Whether the image is there afterwards. */
  pull(ref: string): Promise<boolean>;
  build(request: BuildRequest): Promise<void>;
  /** Writes an archive that a containerd imports. */
  save(ref: string, archive: string): Promise<void>;
}

const PULL_TIMEOUT_MS = 120_000;

export function engineOf(name: EngineName): Engine {
  return name === 'buildah' ? buildah() : containerEngine(name);
}

/** Whether an engine answers: a command without an engine behind it proves nothing. */
export function engineAnswers(name: 'docker' | 'podman'): Promise<boolean> {
  return succeeds(name, ['info'], { timeoutMs: 15_000 });
}

function containerEngine(name: 'docker' | 'podman'): Engine {
  return {
    name,
    has: (ref) => succeeds(name, ['image', 'inspect', ref]),
    pull: (ref) => succeeds(name, ['pull', '--quiet', ref], { timeoutMs: PULL_TIMEOUT_MS }),
    build: async ({ ref, dockerfile, context, base }) => {
      const args = ['build', '--tag', ref, '--file', dockerfile, ...baseArgs(base), context];
      await run(name, args);
    },
    save: async (ref, archive) => {
      await run(name, ['save', '--output', archive, ref]);
    },
  };
}

/** Root without any daemon: plain copies for layers, chroot for steps, storage of its own. */
function buildah(): Engine {
  const storage = join(cacheDir(), 'buildah');
  const args = ['--root', join(storage, 'root'), '--runroot', join(storage, 'run'), '--storage-driver', 'vfs'];
  const settings = join(storage, 'containers.conf');
  const env = { BUILDAH_ISOLATION: 'chroot', STORAGE_DRIVER: 'vfs', CONTAINERS_CONF: settings };
  mkdirSync(storage, { recursive: true });
  // Otherwise buildah makes the machine's own folder of network configurations.
  writeFileSync(settings, `[network]\nnetwork_config_dir = ${JSON.stringify(join(storage, 'networks'))}\n`);
  return {
    name: 'buildah',
    has: (ref) => succeeds('buildah', [...args, 'inspect', '--type', 'image', ref], { env }),
    pull: () => Promise.resolve(false), // without an engine there is no registry either: the base is made here
    build: async ({ ref, dockerfile, context, base }) => {
      // A build that was killed leaves its working container, and nobody else uses this storage.
      await run('buildah', [...args, 'rm', '--all'], { env });
      const build = ['build', '--pull-never', '--layers=false', '--timestamp', '0', '--tag', ref];
      await run('buildah', [...args, ...build, '--file', dockerfile, ...baseArgs(base), context], { env });
    },
    save: async (ref, archive) => {
      if (existsSync(archive)) throw new Error(`${archive} is there already`);
      await run('buildah', [...args, 'push', ref, `oci-archive:${archive}:${ref}`], { env });
      await run('buildah', [...args, 'rmi', ref], { env });
    },
  };
}

function baseArgs(base: string | undefined): string[] {
  return base === undefined ? [] : ['--build-arg', `BASE=${base}`];
}
