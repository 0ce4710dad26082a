import { type Ratios } from './ratios.ts';

/** Of every case, by its name, the CPU ratios that must not fall; no absolute figures, for machines differ. */
export type Baseline = Readonly<Record<string, CpuRatios>>;
export type CpuRatios = Omit<Ratios, 'speedVsNaive' | 'speedVsRaw'>;
export type Regression = {
  readonly name: string;
  readonly ratio: keyof CpuRatios;
  readonly was: number;
  /** Undefined when it was not measured. */
  readonly is: number | undefined;
};

export const TOLERANCE = 0.25;
const RATIOS = ['clientCpuVsNaive', 'clientCpuVsRaw', 'totalCpuVsNaive', 'totalCpuVsRaw'] as const;

export function cpuRatios(ratios: Ratios): CpuRatios {
  const { clientCpuVsNaive, clientCpuVsRaw, totalCpuVsNaive, totalCpuVsRaw } = ratios;
  return { clientCpuVsNaive, clientCpuVsRaw, totalCpuVsNaive, totalCpuVsRaw };
}

/** What fell by more than the tolerance, or is missing. What rose, or is new, is fine. */
export function regressions(baseline: Baseline, measured: Baseline, tolerance = TOLERANCE): Regression[] {
  return Object.entries(baseline).flatMap(([name, before]) =>
    RATIOS.flatMap((ratio) => {
      const was = before[ratio];
      const is = measured[name]?.[ratio];
      return is !== undefined && is >= was * (1 - tolerance) ? [] : [{ name, ratio, was, is }];
    }),
  );
}
