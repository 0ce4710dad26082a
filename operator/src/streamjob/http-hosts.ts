import {
  allowsTarget,
  httpUses,
  parseHttpHost,
  showHttpTarget,
  type HttpTarget,
  type WorkerManifest,
} from '@streamjob/crds';
import { type HttpConfig, type HttpHostConfig } from '../config/schema.ts';
import { type Verdict } from './check.ts';

/** A host that a job uses and may use. */
export type UsedHost = { readonly target: HttpTarget; readonly config: HttpHostConfig };

const ANYWHERE = '*';

/** The hosts that a manifest names and its namespace may use, once each, in an order that never changes by itself. */
export function usedHosts({ spec }: WorkerManifest, namespace: string, http: HttpConfig): readonly UsedHost[] {
  const found = new Map<string, UsedHost>();
  for (const { target } of httpUses(spec)) {
    const config = allowing(target, namespace, http);
    if (config !== undefined) found.set(showHttpTarget(target), { target, config });
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, used]) => used);
}

/** Refuses a job that names a host which the platform doesn't allow to its namespace. */
export function checkHosts(verdict: Verdict, namespace: string, http: HttpConfig): Verdict {
  if (!verdict.ok) return verdict;
  const refused = httpUses(verdict.manifest.spec).filter(
    ({ target }) => allowing(target, namespace, http) === undefined,
  );
  if (refused.length === 0) return verdict;
  const told = refused.map(
    ({ path, target }) =>
      `${path}: the platform does not allow ${showHttpTarget(target)} to jobs of namespace ${namespace}`,
  );
  return { ok: false, finding: { reason: 'HttpHostNotAllowed', message: told.slice(0, 3).join('\n') } };
}

function allowing(target: HttpTarget, namespace: string, { hosts }: HttpConfig): HttpHostConfig | undefined {
  return hosts.find((config) => {
    const rule = parseHttpHost(hostText(config));
    const isFor = config.namespaces.some((allowed) => allowed === ANYWHERE || allowed === namespace);
    return isFor && rule !== undefined && allowsTarget(rule, target);
  });
}

function hostText({ scheme, host, port }: HttpHostConfig): string {
  return `${scheme}://${host}${port === undefined ? '' : `:${port}`}`;
}
