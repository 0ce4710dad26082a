import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryPath } from '@streamjob/hack';
import { parseAllDocuments } from 'yaml';
import { run } from '../../../hack/src/process/run.ts';

export const CHART = join(import.meta.dirname, '../../../charts/streamjob-operator');

export type KubernetesObject = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: unknown;
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  data?: Record<string, string>;
};

export function helm(args: readonly string[]): Promise<string> {
  return run(binaryPath('helm'), args);
}

/** Runs `helm <command> chart` with these values in a file, as users do. */
export async function withValues<T>(values: object, use: (path: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'chart-'));
  const path = join(dir, 'values.json');
  writeFileSync(path, JSON.stringify(values));
  try {
    return await use(path);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export async function render(values: object): Promise<KubernetesObject[]> {
  const text = await withValues(values, (path) =>
    helm(['template', 'test', CHART, '-n', 'streamjob-system', '-f', path]),
  );
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}
