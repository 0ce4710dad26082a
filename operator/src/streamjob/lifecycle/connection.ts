import { type ConnectionConfig } from '../../config/schema.ts';
import { type Finding } from '../findings/finding.ts';
import { type LiveStreamJob } from '../snapshot.ts';

export type Access =
  { readonly ok: true; readonly connection: ConnectionConfig } | { readonly ok: false; readonly finding: Finding };

/** Whether the job may use the connection that it names. */
export function accessTo(job: LiveStreamJob, connection: ConnectionConfig | undefined): Access {
  const { connection: name } = job.spec;
  if (connection === undefined) {
    const message = `the operator’s configuration names no connection ${name}`;
    return { ok: false, finding: { reason: 'ConnectionNotFound', message } };
  }
  const { namespace } = job.metadata;
  if (connection.namespaces.some((allowed) => allowed === '*' || allowed === namespace))
    return { ok: true, connection };
  const message = `connection ${name} is not for jobs of namespace ${namespace ?? ''}`;
  return { ok: false, finding: { reason: 'ConnectionNotAllowed', message } };
}
