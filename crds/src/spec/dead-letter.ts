import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import { workerDefault } from './fields.ts';

export const deadLetter = z
  .object({
    enabled: workerDefault(z.boolean(), DEFAULTS.deadLetter.enabled)
      .describe(
        'Whether messages that can never succeed go to the dead-letter stream. When false, or while the stream takes none, ' +
          'such messages are held and the job says so; they are never dropped.',
      )
      .exactOptional(),
  })
  .describe('Messages that can never succeed go, with the reason, to the dead-letter stream of the connection.');

export type DeadLetter = z.infer<typeof deadLetter>;
