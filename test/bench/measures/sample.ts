import { setTimeout as delay } from 'node:timers/promises';
import { type ServerProcess } from '../../../hack/src/process/server.ts';
import { Fatal, poll } from '../../../hack/src/process/poll.ts';
import { countInstructions } from '../instructions.ts';
import { cpuUs } from '../process-cost.ts';

/** What a contestant cost while it ran at full speed. */
export type Sample = {
  readonly messagesPerSecond: number;
  /** CPU microseconds of the contestant's process for one message. */
  readonly clientUs: number;
  /** CPU microseconds of nats-server for one message. */
  readonly serverUs: number;
  /** Of the contestant for one message; absent where this machine can't count them. */
  readonly instructions?: number;
};

export type Window = {
  /** Of the stream. */
  readonly total: number;
  /** Settled before measuring begins. */
  readonly warmUp: number;
  readonly durationMs: number;
};

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 25;
/** The last messages come slower: what is left has to be confirmed. */
const LAST = 0.97;
/** A contestant that waits for the disk works little in any time. */
const LONGEST = 5;

/**
 * Measures processes that share one job from the warm-up on until the time is over or the stream nearly is. Throws when
 * one of them ends or nothing moves.
 */
export async function sampleOf(
  contestants: readonly ServerProcess[],
  serverPid: number,
  countSettled: () => Promise<number>,
  { total, warmUp, durationMs }: Window,
): Promise<Sample> {
  const settled = async (): Promise<number> => {
    const ended = contestants.find((each) => each.exitCode() !== undefined);
    if (ended !== undefined) throw new Fatal(new Error(ended.lastWords()));
    return countSettled();
  };
  const warm = async (): Promise<boolean> => (await settled()) >= warmUp;
  await poll('the contestant is warm', warm, { timeoutMs: START_TIMEOUT_MS, everyMs: POLL_MS });
  const counts = contestants.map(({ pid }) => countInstructions(pid));
  const read = async (): Promise<Reading> => ({
    messages: await settled(),
    ms: performance.now(),
    clientUs: contestants.reduce((sum, { pid }) => sum + cpuUs(pid), 0),
    serverUs: cpuUs(serverPid),
  });
  const begin = await read();
  let end = await read();
  while (!isEnough(begin, end, durationMs) && end.messages < total * LAST) {
    await delay(POLL_MS);
    end = await read();
  }
  const messages = end.messages - begin.messages;
  const instructions = await Promise.all(counts.map((stop) => stop()));
  return {
    messagesPerSecond: (messages / (end.ms - begin.ms)) * 1000,
    clientUs: (end.clientUs - begin.clientUs) / messages,
    serverUs: (end.serverUs - begin.serverUs) / messages,
    ...(instructions.every((count) => count !== undefined) && {
      instructions: instructions.reduce((sum, count) => sum + count, 0) / messages,
    }),
  };
}

/** On a machine that others use too, a second of time may hold too little work to tell anything. */
function isEnough(begin: Reading, end: Reading, durationMs: number): boolean {
  const elapsedMs = end.ms - begin.ms;
  const workedMs = (end.clientUs - begin.clientUs + end.serverUs - begin.serverUs) / 1000;
  return elapsedMs >= durationMs && (workedMs >= durationMs || elapsedMs >= LONGEST * durationMs);
}

type Reading = { messages: number; ms: number; clientUs: number; serverUs: number };
