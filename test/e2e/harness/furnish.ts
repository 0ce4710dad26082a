import { installBroker } from './broker/index.ts';
import { testCluster } from './cluster.ts';
import { addConnections } from './release.ts';

/** What all scenes stand on is made before any of them opens: two of them would upgrade the release at once. */
export default async function furnish(): Promise<void> {
  const cluster = await testCluster();
  await addConnections(cluster, await installBroker(cluster.kubectl));
}
