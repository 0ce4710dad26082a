/** Time, as those who decide by it are given it. */
export type Clock = {
  /** Milliseconds since 1970; may jump when somebody sets the clock. */
  wallMs(): number;
  /** Milliseconds since some moment; never goes back, and goes on while the process is stopped. */
  monotonicMs(): number;
};

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
