import { readFileSync } from 'node:fs';

export type AuditedWrite = {
  readonly verb: string;
  /** With its subresource: `deployments/status`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
};

type Line = {
  stage?: string;
  verb?: string;
  user?: { username?: string };
  objectRef?: { resource?: string; subresource?: string; namespace?: string; name?: string };
  requestURI?: string;
};

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** What was written through an API server, dry runs left out, in order. */
export function readWrites(auditLogPath: string): readonly AuditedWrite[] {
  return readFileSync(auditLogPath, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
    .filter(
      ({ verb = '', stage, requestURI = '' }) =>
        WRITES.has(verb) && stage === 'ResponseComplete' && !requestURI.includes('dryRun'),
    )
    .map(({ verb = '', user, objectRef = {} }) => ({
      verb,
      resource: [objectRef.resource, objectRef.subresource].filter((part) => part !== undefined).join('/'),
      namespace: objectRef.namespace ?? '',
      name: objectRef.name ?? '',
      user: user?.username ?? '',
    }));
}
