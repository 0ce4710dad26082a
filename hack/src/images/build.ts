import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { binariesDir, binaryPath, cacheDir } from '../binaries/index.ts';
import { bundle, repositoryDir } from '../build/bundle.ts';
import { withLock } from '../process/lock.ts';
import { type Progress } from '../progress.ts';
import { removeOldArchives } from './archives.ts';
import { deployedImages, imageRef, imageSources, imageTag, type ImageName } from './catalogue.ts';
import { type Engine, engineOf, type EngineName } from './engine.ts';
import { nodeBase } from './node-base.ts';

export interface BuiltImage {
  readonly ref: string;
  /** An archive that `kind load image-archive` and `ctr images import` take. */
  readonly archive: string;
}

export interface BuildImagesOptions {
  readonly engine: EngineName;
  readonly progress: Progress;
  /** Those that are deployed, unless told otherwise. */
  readonly names?: readonly ImageName[];
}

export type BuiltImages = Readonly<Record<ImageName, BuiltImage>>;

const LOCK_TIMEOUT_MS = 15 * 60_000;

/** Builds images, each from its one file; those whose content was built before are only looked up. */
export async function buildImages(options: BuildImagesOptions): Promise<BuiltImages> {
  const dir = join(cacheDir(), 'images');
  const engine = engineOf(options.engine);
  const built: Partial<Record<ImageName, BuiltImage>> = {};
  await withLock(join(dir, '.lock'), { timeoutMs: LOCK_TIMEOUT_MS }, async () => {
    removeOldArchives(dir);
    for (const name of options.names ?? deployedImages)
      built[name] = await buildImage(name, dir, engine, options.progress);
  });
  return built as BuiltImages;
}

interface Content {
  /** Where it lies in the build's context, and where it is now. */
  readonly at: string;
  readonly from: string;
  readonly hash: string;
}

async function buildImage(name: ImageName, dir: string, engine: Engine, progress: Progress): Promise<BuiltImage> {
  const content = await contentOf(name);
  const base = 'program' in imageSources[name].content ? await nodeBase(engine, progress) : undefined;
  const tag = imageTag(name, base?.id ?? 'scratch', content.hash);
  const image = { ref: imageRef(name, tag), archive: join(dir, `${name}-${engine.name}-${tag}.tar`) };
  if (existsSync(image.archive)) {
    utimesSync(image.archive, new Date(), new Date());
    return image;
  }
  await progress.step(
    `building the image ${image.ref} with ${engine.name}`,
    async () => {
      await inContext(content, async (context) => {
        const dockerfile = join(repositoryDir, imageSources[name].dockerfile);
        await engine.build({ ref: image.ref, dockerfile, context, ...(base === undefined ? {} : { base: base.ref }) });
      });
      const draft = `${image.archive}.${process.pid}`;
      rmSync(draft, { force: true });
      await engine.save(image.ref, draft);
      renameSync(draft, image.archive);
    },
    15,
  );
  return image;
}

async function contentOf(name: ImageName): Promise<Content> {
  const { content } = imageSources[name];
  if ('binary' in content) {
    const { binary } = content;
    return { at: binary, from: binaryPath(binary), hash: `${binary} of ${binariesDir()}` };
  }
  const { dir, hash } = await bundle(content.program);
  return { at: join('dist', content.program), from: dir, hash };
}

/** Gives `work` a folder with only what the image's file copies. */
async function inContext(content: Content, work: (context: string) => Promise<void>): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'streamjob-image-'));
  try {
    const target = join(context, content.at);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(content.from, target, { recursive: true });
    await work(context);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
