import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { poll } from '../../hack/src/process/poll.ts';
import { fill } from '../bench/raw/fill.ts';
import { type Broker } from '../integration/worker/harness/broker.ts';
import { manifest } from '../integration/worker/harness/manifest.ts';
import { openScene, type Scene } from '../integration/worker/harness/scene.ts';
import { type WorkerProcess } from '../integration/worker/harness/worker-process.ts';
import { type Fault, type RoundPlan } from './plan.ts';
import { eventOf, expectedOf, sinks, steps, Tallying, type Tally } from './tally.ts';

export type RoundResult = Tally & {
  readonly deadLetters: number;
  /** Workers that ended although nobody killed them. */
  readonly ownDeaths: number;
  readonly seconds: number;
  /** The ends of the workers' logs, when something is not as it should be. */
  readonly logs: readonly string[];
};

const MOMENT_TIMEOUT_MS = 300_000;
const POLL_MS = 20;

/** Plays one round on servers and workers of its own: of the sources, or of a bundle. Throws when it does not come to an end. */
export async function playRound(
  plan: RoundPlan,
  onStored: (share: number) => void = () => undefined,
  program?: string,
): Promise<RoundResult> {
  const scene = await openScene();
  const startedMs = performance.now();
  try {
    await fill(scene.server.url, 'src.soak', plan.messages, eventOf);
    const job = manifest({ source: { ackWait: `${plan.ackWaitMs}ms` }, steps, sinks });
    const options = { manifest: job, ...(program !== undefined && { program }) };
    const workers = Array.from({ length: plan.workers }, () => scene.worker(options));
    const round = new Round(scene, workers, expectedOf(plan.messages), onStored);
    await round.play(plan.faults);
    const tally = await tallyOf(scene.broker, plan.messages);
    const deadLetters = await scene.broker.messages('DEADLETTERS');
    const { ownDeaths } = round;
    const seconds = (performance.now() - startedMs) / 1000;
    const result = { ...tally, deadLetters, ownDeaths, seconds, logs: [] };
    return isGood(result) ? result : { ...result, logs: workers.map((worker) => worker.log().slice(-2000)) };
  } finally {
    await scene.end();
  }
}

/** Whether all is there, once, and nothing else happened. */
export function isGood({ lost, doubled, wrong, deadLetters, ownDeaths }: RoundResult): boolean {
  return lost + doubled + wrong + deadLetters + ownDeaths === 0;
}

class Round {
  readonly #scene: Scene;
  readonly #workers: readonly WorkerProcess[];
  readonly #expected: number;
  readonly #onStored: (share: number) => void;
  /** Pauses that last while other faults come. */
  readonly #pauses: Promise<void>[] = [];
  ownDeaths = 0;

  constructor(scene: Scene, workers: readonly WorkerProcess[], expected: number, onStored: (share: number) => void) {
    this.#scene = scene;
    this.#workers = workers;
    this.#expected = expected;
    this.#onStored = onStored;
  }

  async play(faults: readonly Fault[]): Promise<void> {
    for (const worker of this.#workers) await worker.start();
    for (const fault of faults) {
      await this.#until(`${fault.at} of the results`, async () => (await this.#stored()) >= fault.at);
      await delay(fault.delayMs);
      await this.#commit(fault);
    }
    await Promise.all(this.#pauses);
    await this.#until('all is settled', () => this.#isSettled());
  }

  async #commit({ kind, worker: index, forMs }: Fault): Promise<void> {
    const { server } = this.#scene;
    const worker = this.#workers[index]!;
    if (kind === 'kill-worker') {
      worker.kill('SIGKILL');
      await worker.ended();
      await worker.start();
    } else if (kind === 'kill-server') {
      await server.kill('SIGKILL');
      await delay(forMs);
      await server.restart();
    } else if (kind === 'pause-worker') {
      worker.kill('SIGSTOP');
      this.#pauses.push(
        delay(forMs).then(() => {
          worker.kill('SIGCONT');
        }),
      );
    } else {
      await server.kill('SIGSTOP');
      await delay(forMs);
      await server.kill('SIGCONT');
    }
  }

  async #stored(): Promise<number> {
    const share = (await this.#scene.broker.messages('OUT')) / this.#expected;
    this.#onStored(share);
    return share;
  }

  async #isSettled(): Promise<boolean> {
    await this.#stored();
    await this.#scene.broker.settled('SRC', 1);
    return true;
  }

  /** Starts workers that ended by themselves, as a kubelet would, and counts them. */
  #until(what: string, condition: () => Promise<boolean>): Promise<boolean> {
    const watched = async (): Promise<boolean> => {
      for (const worker of this.#workers.filter(({ running }) => !running)) {
        this.ownDeaths += 1;
        await worker.start();
      }
      return condition();
    };
    return poll(what, watched, { timeoutMs: MOMENT_TIMEOUT_MS, everyMs: POLL_MS });
  }
}

async function tallyOf(broker: Broker, events: number): Promise<Tally> {
  const tallying = new Tallying(events);
  let left = await broker.messages('OUT');
  if (left === 0) return tallying.result();
  const consumer = await jetstream(broker.nc).consumers.get('OUT');
  for await (const message of await consumer.consume({ max_messages: 4000 })) {
    tallying.add(message.subject, message.string());
    left -= 1;
    if (left === 0) break;
  }
  return tallying.result();
}
