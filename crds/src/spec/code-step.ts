import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { MAX_MODULE_BYTES } from '../module/check-module.ts';
import { exactlyOne, type Rule } from '../rules/rule.ts';
import { duration, durationBounds, objectName, text, workerDefault } from './fields.ts';

/** 16Mi to 1024Mi. */
const MEMORY = /^(1[6-9]|[2-9][0-9]|[1-9][0-9]{2}|10[01][0-9]|102[0-4])Mi$/;
const CONFIG_MAP_KEY = /^[-._a-zA-Z0-9]+$/;

export const code = z
  .object({
    source: text(MAX_MODULE_BYTES)
      .describe(
        'The text of a JavaScript module, one file without imports, whose default export is a function, sync or ' +
          'async: `(event, message) => event | events[] | null`. Null filters the message; each item of a list goes ' +
          'on by itself; anything else takes the place of the event. The operator checks it before anything changes.',
      )
      .exactOptional(),
    configMap: z
      .object({
        name: objectName().describe('Name of the ConfigMap, in this namespace.'),
        key: z.string().min(1).max(253).regex(CONFIG_MAP_KEY).describe('Its entry.'),
      })
      .describe(
        'The entry of a ConfigMap that holds the module instead. The kubelet mounts it and workers check it when they ' +
          'start; the operator never reads it, and a change reaches workers only when they start anew. So give each ' +
          'version a name of its own and make it immutable.',
      )
      .exactOptional(),
    timeout: workerDefault(duration(), DEFAULTS.steps.code.timeout)
      .describe(
        'How long one call may take, from 100ms to 30s. A call that takes longer is cut, even out of an endless loop.',
      )
      .exactOptional(),
    memory: workerDefault(z.string().max(6).regex(MEMORY), DEFAULTS.steps.code.memory)
      .describe(
        'The JavaScript heap of the process that runs the module, from 16Mi to 1024Mi. It counts towards ' +
          '`worker.resources.limits.memory`, with about 50Mi for the process itself.',
      )
      .exactOptional(),
    onError: workerDefault(z.enum(['DeadLetter', 'Drop']), DEFAULTS.steps.onError)
      .describe(
        'What becomes of a message for which the function throws, gives something that is not JSON, takes too long or ' +
          'needs too much memory: DeadLetter or Drop (counted).',
      )
      .exactOptional(),
  })
  .describe('Runs a JavaScript function on the event, in a process of its own.');

export type CodeStep = z.infer<typeof code>;

export const codeRules: readonly Rule[] = [
  exactlyOne('spec.steps[].code', ['source', 'configMap']),
  durationBounds('spec.steps[].code.timeout', '100ms', '30s'),
];
