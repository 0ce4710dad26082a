import type { Logger } from '@streamjob/telemetry';
import type { Destinations } from '../delivery/destinations.ts';

/** Says once that a destination takes nothing, once more when its reason changes, and once that it takes again. */
export class OutageLog {
  readonly #log: Logger;
  readonly #told = new Map<string, string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  tell(waiting: ReturnType<Destinations['waiting']>): void {
    const now = new Set(waiting.map(({ destination }) => destination));
    for (const destination of this.#told.keys()) {
      if (now.has(destination)) continue;
      this.#told.delete(destination);
      this.#log.info({ destination }, 'the destination takes messages again');
    }
    for (const { destination, waiting: why } of waiting) {
      const { reason, code, held } = why;
      if (this.#told.get(destination) === `${reason} ${code}`) continue;
      this.#told.set(destination, `${reason} ${code}`);
      this.#log.warn({ destination, reason, code, held }, 'the destination takes nothing; its messages are held');
    }
  }
}
