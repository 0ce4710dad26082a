import { controlPlaneBinaries, type BinaryName } from '../binaries/index.ts';

export type StageName = 'checks' | 'unit' | 'integration' | 'e2e';

/** A part of `npm test`; in the order in which they run, the cheapest first. */
export type Stage = {
  readonly name: StageName;
  readonly title: string;
  /** What must have been built before. */
  readonly binaries: readonly BinaryName[];
  /** Jest's projects, one after another, each with how many of its files may run side by side. */
  readonly projects: Readonly<Record<string, number>>;
  readonly needsCluster: boolean;
};

export const stages: readonly Stage[] = [
  { name: 'checks', title: 'types, lint and format', binaries: [], projects: {}, needsCluster: false },
  { name: 'unit', title: 'unit tests', binaries: [], projects: { unit: 2 }, needsCluster: false },
  {
    name: 'integration',
    title: 'integration tests (kube-apiserver, etcd, nats-server)',
    binaries: [...controlPlaneBinaries, 'helm'],
    projects: { integration: 2 },
    needsCluster: false,
  },
  {
    name: 'e2e',
    title: 'end-to-end tests (a whole cluster and the chart)',
    // Bringing the cluster up builds what its way needs.
    binaries: [],
    // They wait for the cluster most of the time.
    projects: { e2e: 3, 'e2e-alone': 1 },
    needsCluster: true,
  },
];

export const stageNames = stages.map(({ name }) => name);

/** `only` names one stage; types, lint and format go with the unit tests. */
export function selectStages(only: StageName | undefined): readonly Stage[] {
  if (only === undefined) return stages;
  return stages.filter(({ name }) => name === only || (only === 'unit' && name === 'checks'));
}
