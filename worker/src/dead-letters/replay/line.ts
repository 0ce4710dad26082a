import {
  closePipeline,
  openPipeline,
  startPipeline,
  type OpenPipeline,
  type OpenPipelineDeps,
} from '../../open-pipeline.ts';
import { Identities } from './identities.ts';

/** What dead letters go through in a replay: the job as it is now, which knows each message by what it was. */
export type ReplayLine = OpenPipeline & { readonly identities: Identities };

/** Opens it and makes it ready; whoever does closes it with `closeReplayLine`. Throws UsageError. */
export async function openReplayLine(deps: OpenPipelineDeps, signal: AbortSignal): Promise<ReplayLine> {
  const { nats, job } = deps;
  const identities = new Identities(nats, job.manifest.spec.source.jetstream.messageId, signal);
  const open = openPipeline(deps, { streamCreated: '', identify: (message) => identities.of(message) });
  const line = { ...open, identities };
  try {
    await startPipeline(line);
    return line;
  } catch (error) {
    await closeReplayLine(line);
    throw error;
  }
}

export async function closeReplayLine(line: ReplayLine): Promise<void> {
  await line.publisher.close();
  await closePipeline(line);
}
