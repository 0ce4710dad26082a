import http from 'node:http';
import https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';

/** Where the API server is and how a request to it is signed. */
export interface Endpoint {
  /** Base address without a trailing slash. */
  readonly url: URL;
  /** Options with TLS, credentials (a token file is read again as it rotates) and a pooled agent. */
  sign(): Promise<https.RequestOptions>;
  /** Closes idle connections. */
  close(): void;
}

/** A kubeconfig file, or else what the environment offers: $KUBECONFIG, ~/.kube/config, the pod's service account. */
export function loadEndpoint(kubeconfigPath?: string): Endpoint {
  const config = new KubeConfig();
  if (kubeconfigPath === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfigPath);
  return endpointOf(config);
}

export function endpointOf(config: KubeConfig): Endpoint {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('no cluster: the kubeconfig has no current context, and this is no pod');
  const url = new URL(cluster.server.replace(/\/+$/, ''));
  // Without keep-alive every call would pay for a TLS handshake; a proxy brings its own agent.
  const pool = { keepAlive: true, keepAliveMsecs: 30_000, scheduling: 'lifo' } as const;
  const agent = url.protocol === 'https:' ? new https.Agent(pool) : new http.Agent(pool);
  const isProxied = cluster.proxyUrl !== undefined;
  return {
    url,
    async sign() {
      const options: https.RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      return isProxied ? options : { ...options, agent };
    },
    close() {
      agent.destroy();
    },
  };
}

/** For tests against a plain HTTP server. */
export function plainEndpoint(address: string): Endpoint {
  const agent = new http.Agent({ keepAlive: true });
  return {
    url: new URL(address),
    sign: () => Promise.resolve({ agent }),
    close: () => {
      agent.destroy();
    },
  };
}
