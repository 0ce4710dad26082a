import { createKubeApi, loadEndpoint, systemClock, type KubeApi } from '@streamjob/operator';
import { findPlatform, type Platform } from '../../../hack/src/platform/index.ts';

/** The cluster that the test runner brought up, and its API server as an administrator sees it. */
export type TestCluster = Platform & { readonly api: KubeApi };

/** Throws when the tests were not started through `npm test`. */
export async function testCluster(): Promise<TestCluster> {
  const name = process.env.STREAMJOB_TEST_CLUSTER;
  if (name === undefined) throw new Error('these tests need a cluster: npm run test:e2e brings one up');
  const platform = await findPlatform(name);
  const api = createKubeApi({ endpoint: loadEndpoint(platform.kubectl.kubeconfig), clock: systemClock });
  return { ...platform, api };
}
