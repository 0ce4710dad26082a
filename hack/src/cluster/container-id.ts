import { askApi } from '../control-plane/index.ts';

/** The runtime's id of a running container, without its scheme. Throws when there is none. */
export async function containerIdOf(
  kubeconfig: string,
  namespace: string,
  pod: string,
  container: string,
): Promise<string> {
  const { body } = await askApi(kubeconfig, `/api/v1/namespaces/${namespace}/pods/${pod}`);
  const found = JSON.parse(body) as { status?: { containerStatuses?: { name: string; containerID?: string }[] } };
  const id = found.status?.containerStatuses?.find((each) => each.name === container)?.containerID;
  if (id === undefined) throw new Error(`container ${container} of pod ${namespace}/${pod} does not run`);
  return id.replace(/^\w+:\/\//, '');
}
