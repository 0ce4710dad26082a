import { type ResolvedManifest } from '@streamjob/crds';
import { parseQuantity } from '../kube/apply/quantity.ts';

/** Of a module's process, beside its heap. */
const PROCESS_MEBIBYTES = 50;
const MEBIBYTE = 2 ** 20;

type Spec = Pick<ResolvedManifest['spec'], 'steps' | 'worker'>;

/** The memory limit of a worker in MiB; undefined when it has none. */
export function limitMebibytes({ worker }: Pick<Spec, 'worker'>): number | undefined {
  const bytes = parseQuantity(worker.resources.limits?.memory);
  return bytes === undefined ? undefined : bytes / MEBIBYTE;
}

/** What the processes of all `code` steps take of it. */
export function moduleMebibytes({ steps }: Pick<Spec, 'steps'>): number {
  const modules = steps.flatMap((step) => ('code' in step ? step.code : []));
  return modules.reduce((sum, { memoryMebibytes }) => sum + memoryMebibytes + PROCESS_MEBIBYTES, 0);
}

/** Why the modules of a job leave its workers too little memory; undefined when they don't. */
export function tooMuchModuleMemory(spec: Spec): string | undefined {
  const limit = limitMebibytes(spec);
  const taken = moduleMebibytes(spec);
  if (limit === undefined || taken * 2 <= limit) return undefined;
  return `spec.worker.resources.limits.memory: the processes of the code steps may take ${taken}Mi together, which is more than half of ${limit}Mi: raise the limit to ${taken * 2}Mi, or lower \`memory\` of the steps`;
}
