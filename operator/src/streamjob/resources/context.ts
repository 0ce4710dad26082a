import { type WorkerManifest } from '@streamjob/crds';
import { type JobId } from '../names.ts';
import { type ConnectionConfig, type HttpConfig, type OperatorConfig } from '../../config/schema.ts';

/** Everything that a job's objects are rendered from. */
export type RenderContext = {
  readonly job: JobId;
  readonly manifest: WorkerManifest;
  readonly hash: string;
  readonly clusterId: string;
  readonly worker: OperatorConfig['worker'];
  readonly http: HttpConfig;
  readonly connection: ConnectionConfig;
  /** Name of the durable consumer. */
  readonly consumer: string;
  readonly credentialsSecretName?: string;
  readonly replicas: number;
  /** Creation time of the stream that was accepted in place of the one read before. */
  readonly acceptedSource?: string;
};
