import { clusterDown } from '../cluster/index.ts';
import { bringUpPlatform } from '../platform/index.ts';
import { type Progress } from '../progress.ts';

/** Apart from the one of `npm start`, so that neither disturbs the other. */
export const TEST_CLUSTER = 'streamjob-test';

/**
 * Runs `work` against a cluster with NATS and the operator; it gets the environment for the tests. Unless it is kept,
 * the cluster is fresh and removed afterwards, whatever happened.
 */
export async function withCluster<T>(
  progress: Progress,
  keep: boolean,
  work: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  if (!keep) await clusterDown(TEST_CLUSTER, progress);
  try {
    await bringUpPlatform({ progress, name: TEST_CLUSTER });
    return await work({ STREAMJOB_TEST_CLUSTER: TEST_CLUSTER });
  } finally {
    if (!keep) await clusterDown(TEST_CLUSTER, progress);
  }
}
