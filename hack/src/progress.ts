/** What a step tells while it runs: how much is done (0…1), and a few words of detail. */
export interface StepState {
  readonly fraction?: number;
  readonly note?: string;
}

export interface Progress {
  /**
   * Runs `work` and shows its title, the time passed and the time left until it ends.
   * Time left comes from the fraction that `work` reports, else from `expectedSeconds`, else it is not shown.
   */
  step<T>(
    title: string,
    work: (update: (state: StepState) => void) => Promise<T>,
    expectedSeconds?: number,
  ): Promise<T>;
  /** Prints one line. */
  say(line: string): void;
}

/** Where progress goes: stderr, or a recorder in tests. */
export interface Screen {
  readonly isTty: boolean;
  readonly columns: number;
  readonly color: boolean;
  write(text: string): void;
}

/** Shows nothing. */
export const silent: Progress = {
  step: (_title, work) => work(() => undefined),
  say: () => undefined,
};

const TTY_REFRESH_MS = 200;
const LINE_EVERY_MS = 10_000;

interface Running {
  readonly title: string;
  readonly startedMs: number;
  readonly expectedSeconds: number | undefined;
  state: StepState;
}

/** A terminal gets one line that refreshes itself; a file or CI gets a line every ten seconds. */
export function createProgress(screen: Screen = stderrScreen(), nowMs: () => number = Date.now): Progress {
  const running: Running[] = [];
  let ticker: NodeJS.Timeout | undefined;
  const paint = (): void => {
    const latest = running.at(-1);
    if (latest === undefined) return;
    const line = describe(latest, nowMs());
    screen.write(screen.isTty ? `\r\u001b[K${line.slice(0, screen.columns - 1)}` : `${line}\n`);
  };
  const print = (line: string): void => {
    screen.write(screen.isTty ? `\r\u001b[K${line}\n` : `${line}\n`);
  };
  const tick = (): void => {
    if (running.length === 0) {
      clearInterval(ticker);
      ticker = undefined;
    } else ticker ??= setInterval(paint, screen.isTty ? TTY_REFRESH_MS : LINE_EVERY_MS);
  };
  const leave = (step: Running, mark: string): void => {
    running.splice(running.indexOf(step), 1);
    tick();
    print(`${mark} ${step.title} (${formatSeconds((nowMs() - step.startedMs) / 1000)})`);
  };
  return {
    say: print,
    async step(title, work, expectedSeconds) {
      const step: Running = { title, startedMs: nowMs(), expectedSeconds, state: {} };
      running.push(step);
      tick();
      try {
        const result = await work((state) => {
          step.state = { ...step.state, ...state };
        });
        leave(step, paintMark(screen, '✓', 32));
        return result;
      } catch (error) {
        leave(step, paintMark(screen, '✗', 31));
        throw error;
      }
    },
  };
}

/** One line that tells where a step is. */
export function describe({ title, startedMs, expectedSeconds, state }: Running, nowMs: number): string {
  const elapsed = (nowMs - startedMs) / 1000;
  const left = secondsLeft(elapsed, state.fraction, expectedSeconds);
  const times = [formatSeconds(elapsed)];
  if (left !== undefined) times.push(left > 0 ? `about ${formatSeconds(left)} left` : 'taking longer than usual');
  return `… ${title}${state.note === undefined ? '' : `: ${state.note}`} (${times.join(', ')})`;
}

function secondsLeft(elapsed: number, fraction?: number, expectedSeconds?: number): number | undefined {
  if (fraction !== undefined && fraction > 0.01) return (elapsed * (1 - fraction)) / fraction;
  return expectedSeconds === undefined ? undefined : expectedSeconds - elapsed;
}

/** 4.2 s, 48 s, 3 min 20 s. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function paintMark(screen: Screen, mark: string, code: number): string {
  return screen.color ? `\u001b[${code}m${mark}\u001b[0m` : mark;
}

function stderrScreen(): Screen {
  const isTty = process.stderr.isTTY && process.env.CI === undefined;
  return {
    isTty,
    columns: process.stderr.columns || 100,
    color: isTty && process.env.NO_COLOR === undefined,
    write: (text) => void process.stderr.write(text),
  };
}
