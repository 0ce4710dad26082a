import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { bucketName, text, workerDefault } from './fields.ts';

export const kvSink = z
  .object({
    bucket: bucketName().describe(
      'A KV bucket of the connection’s account. It must exist: while it does not, messages wait.',
    ),
    key: text(1024).describe(
      'Key to write, a template of letters, digits and - / _ = with dots between its tokens. `${…}` holds one CEL ' +
        'expression whose value becomes one token: whatever is no letter, digit or - / _ becomes = and two hexadecimal ' +
        'digits for each byte, so that no two values share a key.',
    ),
    operation: workerDefault(z.enum(['Put', 'Delete']), DEFAULTS.sinks.kv.operation)
      .describe('Put writes the event as the key’s value. Delete marks the key as deleted; the event is not kept.')
      .exactOptional(),
  })
  .describe('Writes to a NATS KV bucket and waits for its confirmation.');

export type KvSink = z.infer<typeof kvSink>;
