import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BinaryName } from '../binaries/index.ts';
import { repositoryDir } from '../build/bundle.ts';

export const imageNames = ['operator', 'worker', 'nats', 'coredns', 'pause'] as const;
export type ImageName = (typeof imageNames)[number];

/** What is deployed; the others are parts of the cluster made of local components. */
export const deployedImages: readonly ImageName[] = ['operator', 'worker', 'nats'];

interface ImageSource {
  /** Its file, from the root of the repository. */
  readonly dockerfile: string;
  /** What is copied into it: a program's bundle on a Node base, or one static binary on nothing. */
  readonly content: { readonly program: 'operator' | 'worker' } | { readonly binary: BinaryName };
}

export const imageSources: Readonly<Record<ImageName, ImageSource>> = {
  operator: { dockerfile: 'operator/Dockerfile', content: { program: 'operator' } },
  worker: { dockerfile: 'worker/Dockerfile', content: { program: 'worker' } },
  nats: { dockerfile: 'hack/images/nats/Dockerfile', content: { binary: 'nats-server' } },
  coredns: { dockerfile: 'hack/images/coredns/Dockerfile', content: { binary: 'coredns' } },
  pause: { dockerfile: 'hack/images/pause/Dockerfile', content: { binary: 'pause' } },
};

/** The name of an image with this content, in a registry that doesn't exist: nothing can pull it by mistake. */
export function imageRef(name: ImageName, tag: string): string {
  return `localhost/streamjob-${name}:${tag}`;
}

/** The tag of an image: it changes with its file, its base and its content. */
export function imageTag(name: ImageName, baseId: string, contentHash: string): string {
  const dockerfile = readFileSync(join(repositoryDir, imageSources[name].dockerfile), 'utf8');
  return createHash('sha256').update(`${dockerfile}\0${baseId}\0${contentHash}`).digest('hex').slice(0, 12);
}
