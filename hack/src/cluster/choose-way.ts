import { engineAnswers, engineOf } from '../images/index.ts';
import { versions } from '../versions.ts';
import { type Way } from './types.ts';

export type Provider = 'docker' | 'podman';

/** What was chosen, and the reason in words that follow "because". */
export type Choice =
  | { readonly way: 'kind'; readonly provider: Provider; readonly image: string; readonly reason: string }
  | { readonly way: 'local'; readonly reason: string };

/** What a container engine said when it was asked. */
export type EngineFact =
  | { readonly provider: Provider; readonly answers: false }
  | { readonly provider: Provider; readonly answers: true; readonly hasImage: boolean };

export interface Facts {
  readonly engines: readonly EngineFact[];
  readonly image: string;
  readonly isLinux: boolean;
  readonly isRoot: boolean;
  readonly hasGo: boolean;
  /** The way that the user insists on. */
  readonly way?: Way;
}

/** kind where an engine answers and has the node image, else local components, else an error that says what to do. */
export function chooseWay(facts: Facts): Choice {
  const engine = facts.engines.find((each) => each.answers && each.hasImage);
  if (engine !== undefined && facts.way !== 'local') {
    const { provider } = engine;
    return {
      way: 'kind',
      provider,
      image: facts.image,
      reason: `${provider} answers and has the node image ${facts.image}`,
    };
  }
  const whyNotKind = facts.way === 'local' ? 'it was asked for' : describeEngines(facts);
  const obstacle = obstacleToLocal(facts);
  if (facts.way !== 'kind' && obstacle === undefined) return { way: 'local', reason: whyNotKind };
  throw new Error(
    [
      'no cluster can be made here:',
      `  kind: ${facts.way === 'local' ? 'not wanted' : describeEngines(facts)}`,
      `  local components: ${facts.way === 'kind' ? 'not wanted' : (obstacle ?? '')}`,
      'Install and start Docker or Podman, or run this as root on Linux with Go 1.26 or newer on the PATH.',
    ].join('\n'),
  );
}

/** Asks the engines: a command without an engine behind it, or an engine without the node image, makes no cluster. */
export async function askEngines(image: string): Promise<EngineFact[]> {
  const wanted = process.env.KIND_EXPERIMENTAL_PROVIDER;
  const providers: Provider[] = wanted === 'docker' || wanted === 'podman' ? [wanted] : ['docker', 'podman'];
  const facts: EngineFact[] = [];
  for (const provider of providers) {
    if (!(await engineAnswers(provider))) {
      facts.push({ provider, answers: false });
      continue;
    }
    const engine = engineOf(provider);
    const hasImage = (await engine.has(image)) || (await engine.pull(image));
    facts.push({ provider, answers: true, hasImage });
    if (hasImage) break;
  }
  return facts;
}

/** The node image: what the user names, else kind's own for this release. */
export function nodeImageFrom(option: string | undefined): string {
  return option ?? process.env.STREAMJOB_KIND_IMAGE ?? versions.kindNodeImage;
}

function describeEngines({ engines, image }: Facts): string {
  const parts = engines.map((each) =>
    each.answers
      ? `${each.provider} answers but can't get the node image ${image}`
      : `no ${each.provider} engine answers`,
  );
  return parts.join(' and ') || 'no container engine was asked';
}

function obstacleToLocal({ isLinux, isRoot, hasGo }: Facts): string | undefined {
  if (!isLinux) return 'they need Linux';
  if (!isRoot) return 'they need root';
  return hasGo ? undefined : 'they are built from Go modules, and there is no go on the PATH';
}
