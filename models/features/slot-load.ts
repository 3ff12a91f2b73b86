import { DAY_MS, type FeatureDefinition } from './feature.ts';
import type { VisibleHistory } from './visible-history.ts';

export const slotLoadDefinitions: readonly FeatureDefinition[] = [
  {
    name: 'slot_load_28d',
    meaning: {
      en: 'runs a day that other jobs begin on the host in the hour in which the job mostly begins',
      fr: "passages par jour que d'autres traitements commencent sur le serveur à l'heure où le traitement commence le plus souvent",
    },
    unit: 'count',
    window: '28 d',
  },
];

const HOURS = 24;
const HOUR_MS = 3_600_000;
const DAYS = 28;

/**
 * How busy the slot of a job is, from when the jobs of its host began in the last 28 days. First `add` all jobs, candidates
 * or not, cutoff by cutoff; then ask `loadOf` for the candidates.
 */
export class SlotLoads {
  private readonly cutoffs: number;
  /** Runs of each host that began in each hour of the day (UTC), per cutoff. */
  private readonly hosts = new Map<string, Float64Array>();
  private readonly own = new Float64Array(HOURS);

  constructor(cutoffs: number) {
    this.cutoffs = cutoffs;
  }

  /** @returns the hour in which the job mostly begins, of equal ones the first, and how many of its own runs begin in it */
  add(
    host: string | null,
    cutoffIndex: number,
    cutoff: number,
    history: VisibleHistory,
  ): { hour: number; runs: number } {
    const { own } = this;
    own.fill(0);
    for (let i = history.before(cutoff - DAYS * DAY_MS); i < history.count; i++) {
      own[Math.floor((history.startedAt[i]! % DAY_MS) / HOUR_MS)]! += 1;
    }
    let hour = 0;
    for (let h = 1; h < HOURS; h++) if (own[h]! > own[hour]!) hour = h;
    if (host !== null) {
      const all = this.of(host);
      for (let h = 0; h < HOURS; h++) all[cutoffIndex * HOURS + h]! += own[h]!;
    }
    return { hour, runs: own[hour]! };
  }

  /** NaN when the host is not known, or the job did not run. `slot`: as `add` told it. */
  loadOf(host: string | null, cutoffIndex: number, slot: { hour: number; runs: number }): number {
    if (host === null || slot.runs === 0) return Number.NaN;
    return (this.of(host)[cutoffIndex * HOURS + slot.hour]! - slot.runs) / DAYS;
  }

  private of(host: string): Float64Array {
    let runs = this.hosts.get(host);
    if (runs === undefined) {
      runs = new Float64Array(this.cutoffs * HOURS);
      this.hosts.set(host, runs);
    }
    return runs;
  }
}
