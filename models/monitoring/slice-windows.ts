import type { ServedWindows } from './judge-model.ts';
import type { OutcomeRows } from './measure-quality.ts';

/** A week of a job that was forecast and is over. */
export interface JobWindow {
  cutoff: Date;
  jobId: number;
  owner: string | null;
  host: string | null;
  criticality: number;
  probability: number;
  failed: boolean;
  runRate: number | null;
  windowRate: number | null;
  persistence: number | null;
}

const RATES = ['runRate', 'windowRate', 'persistence'] as const;

/** In columns, for measuring. A rate counts where it is known of every row. */
export function outcomeRows(windows: readonly JobWindow[]): OutcomeRows {
  const known = RATES.filter(
    (rate) => windows.length > 0 && windows.every((window) => window[rate] !== null),
  );
  return {
    job: Int32Array.from(windows, ({ jobId }) => jobId),
    round: Int32Array.from(windows, ({ cutoff }) => cutoff.getTime() / 3_600_000),
    label: Uint8Array.from(windows, ({ failed }) => Number(failed)),
    probability: Float64Array.from(windows, ({ probability }) => probability),
    baseRates: new Map(known.map((rate) => [rate, Float64Array.from(windows, (window) => window[rate]!)])),
  };
}

/** In columns, for judging, with the rate that has the lowest Brier score of those that are known of all rows. */
export function servedWindows(windows: readonly JobWindow[]): ServedWindows {
  const { job, label, probability, baseRates } = outcomeRows(windows);
  const squares = (rate: Float64Array) => rate.reduce((sum, p, row) => sum + (p - label[row]!) ** 2, 0);
  const [best] = [...baseRates.values()].toSorted((one, other) => squares(one) - squares(other));
  const hostWeeks = new Map<string, number>();
  const hostWeek = Int32Array.from(windows, ({ cutoff, host }) => {
    const name = `${cutoff.getTime()} ${host ?? ''}`;
    if (!hostWeeks.has(name)) hostWeeks.set(name, hostWeeks.size);
    return hostWeeks.get(name)!;
  });
  return {
    ...{
      job,
      label,
      probability,
      hostWeek,
      cutoff: Float64Array.from(windows, (one) => one.cutoff.getTime()),
    },
    baseRate: best ?? new Float64Array(label.length).fill(Number.NaN),
  };
}

/** All of them as `recent`, and those of each criticality, owner and server. */
export function sliceWindows<Window extends JobWindow>(
  windows: readonly Window[],
): Map<string, readonly Window[]> {
  const slices = new Map<string, readonly Window[]>(windows.length === 0 ? [] : [['recent', windows]]);
  const part = (kind: string, of: (window: Window) => string | number | null) => {
    for (const [name, rows] of Map.groupBy(windows, of)) {
      if (name !== null) slices.set(`${kind} ${name}`, rows);
    }
  };
  part('criticality', ({ criticality }) => criticality);
  part('owner', ({ owner }) => owner);
  part('host', ({ host }) => host);
  return slices;
}
