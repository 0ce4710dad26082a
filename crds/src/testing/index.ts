import { rules } from '../spec/spec.ts';

export { changed } from './change.ts';
export { fullJob, goodManifests, minimalJob, type Manifest } from './good.ts';
export { badManifests, badUpdates, type BadManifest, type BadUpdate } from './bad.ts';

/** What the rules of the resource say, to tell their refusals from those of the schema. */
export const ruleMessages: ReadonlySet<string> = new Set(rules.map(({ message }) => message));
