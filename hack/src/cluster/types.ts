import { type EngineName } from '../images/index.ts';

/** kind on a container engine, or Kubernetes' own components started on this machine. */
export const ways = ['kind', 'local'] as const;
export type Way = (typeof ways)[number];

export interface ClusterHandle {
  readonly name: string;
  readonly way: Way;
  /** Path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** JSON lines of audit.k8s.io/v1, metadata of every write. */
  readonly auditLogPath: string;
  /** What builds images for this cluster. */
  readonly imageEngine: EngineName;
  /** Puts an image archive where the node's pods find it. */
  loadImage(archive: string): Promise<void>;
  /** Sends a signal to the main process of a container. */
  signalContainer(namespace: string, pod: string, container: string, signal: NodeJS.Signals): Promise<void>;
  /** The main process of a container, as this machine numbers it; only where it runs here. */
  readonly containerPid?: (namespace: string, pod: string, container: string) => Promise<number>;
  /** Removes the cluster and all that it made. */
  down(): Promise<void>;
}

export interface ClusterStatus {
  readonly name: string;
  readonly state: 'absent' | 'healthy' | 'broken';
  readonly way?: Way;
  readonly kubeconfig?: string;
  readonly auditLogPath?: string;
  /** One line for people. */
  readonly message: string;
}
