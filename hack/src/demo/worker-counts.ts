import { parseProgress } from '@streamjob/crds';
import { type Kubectl } from '../platform/kubectl.ts';

/** What the workers of a job counted since they started; only what can't be read from a stream. */
export type Counts = { readonly filtered: number };

type PodList = { items: { metadata: { name: string } }[] };

/** Summed over the job's pods; undefined when one can't be asked. */
export async function readCounts(kubectl: Kubectl, namespace: string, job: string): Promise<Counts | undefined> {
  const { items } = await kubectl.json<PodList>(['get', 'pods', '-n', namespace, '-l', `streamjobs.dev/job=${job}`]);
  let filtered = 0;
  for (const { metadata } of items) {
    const path = `/api/v1/namespaces/${namespace}/pods/${metadata.name}:8080/proxy/progress`;
    const progress = parseProgress(JSON.parse(await kubectl(['get', '--raw', path])));
    if (progress === undefined) return undefined;
    filtered += progress.counts.filtered;
  }
  return { filtered };
}
