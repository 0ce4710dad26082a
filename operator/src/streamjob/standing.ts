import { KIND } from '@streamjob/crds';
import { isNotFound, type Informer, type KubeApi, type KubeObject } from '../kube/index.ts';
import { type LiveStreamJob, type Standing } from './snapshot.ts';

/** Whose an object is. */
export function classify<T extends KubeObject>(object: T, job: LiveStreamJob): Standing<T> {
  const { ownerReferences = [], deletionTimestamp } = object.metadata;
  const owner = ownerReferences.find(({ controller }) => controller === true);
  const earlier = owner?.kind === KIND && owner.name === job.metadata.name && owner.uid !== job.metadata.uid;
  // An earlier job's object is the garbage collector's to remove.
  if (deletionTimestamp !== undefined || earlier) return { state: 'leaving' };
  return owner?.uid === job.metadata.uid ? { state: 'ours', object } : { state: 'foreign' };
}

/** What stands under a name as far as the caches know: enough for what isn't going to be created. */
export function cachedStanding<T extends KubeObject>(
  cache: Informer<T>,
  job: LiveStreamJob,
  name: string,
): Standing<T> {
  const cached = cache.get(job.metadata.namespace, name);
  return cached === undefined ? { state: 'absent' } : classify(cached, job);
}

/** What stands under a name. The caches hold what carries our label; anything else only the API server knows. */
export async function standingOf<T extends KubeObject>(
  cache: Informer<T>,
  api: KubeApi,
  job: LiveStreamJob,
  name: string,
  signal: AbortSignal,
): Promise<Standing<T>> {
  const known = cachedStanding(cache, job, name);
  if (known.state !== 'absent') return known;
  const { namespace = '' } = job.metadata;
  try {
    return classify(await api.get<T>(cache.resource, { namespace, name }, { signal }), job);
  } catch (error) {
    if (isNotFound(error)) return { state: 'absent' };
    throw error;
  }
}
