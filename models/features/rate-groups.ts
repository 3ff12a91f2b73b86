import { DAY_MS, type FeatureDefinition, WEEK_DAYS } from './feature.ts';
import type { VisibleHistory } from './visible-history.ts';

export const groupRateDefinitions: readonly FeatureDefinition[] = [
  {
    name: 'owner_failure_rate_28d',
    meaning: { en: "failure rate of the owner's jobs", fr: "taux d'échec des traitements du responsable" },
    unit: 'share',
    window: '28 d',
  },
  {
    name: 'estate_failure_rate_7d',
    meaning: { en: 'failure rate of all jobs', fr: "taux d'échec de tous les traitements" },
    unit: 'share',
    window: '7 d',
  },
  {
    name: 'estate_failure_rate_28d',
    meaning: { en: 'failure rate of all jobs', fr: "taux d'échec de tous les traitements" },
    unit: 'share',
    window: '28 d',
  },
  {
    name: 'host_neighbours_failure_rate_7d',
    meaning: {
      en: 'failure rate of the other jobs of the host, missing when the host is not known',
      fr: "taux d'échec des autres traitements du serveur, absent si le serveur est inconnu",
    },
    unit: 'share',
    window: '7 d',
  },
  {
    name: 'group_window_rate',
    meaning: {
      en: "share of failing past weeks of the owner's jobs, shrunken to that of all jobs",
      fr: 'part des semaines passées avec échec des traitements du responsable, ramenée à celle de tous',
    },
    unit: 'share',
    window: '104 weeks',
  },
  {
    name: 'group_day_rate',
    meaning: {
      en: "share of failing past days of the owner's jobs, shrunken to that of all jobs",
      fr: 'part des jours passés avec échec des traitements du responsable, ramenée à celle de tous',
    },
    unit: 'share',
    window: '104 weeks',
  },
];

/** Sums of one job, or of a group of jobs, at one cutoff. */
const RUNS_7D = 0;
const FAILED_7D = 1;
const RUNS_28D = 2;
const FAILED_28D = 3;
const WINDOWS = 4;
const WINDOWS_FAILED = 5;
const DAYS_FAILED = 6;
const SUMS = 7;

/**
 * Adds up what is visible of every job at every cutoff, by estate, owner and host.
 *
 * First `add` all jobs, candidates or not, then `write` the rows of the candidates.
 */
export class GroupRates {
  private readonly cutoffs: number;
  private readonly estate: Float64Array;
  private readonly owners = new Map<string, Float64Array>();
  private readonly hosts = new Map<string, Float64Array>();

  constructor(cutoffs: number) {
    this.cutoffs = cutoffs;
    this.estate = new Float64Array(cutoffs * SUMS);
  }

  /** `windows`: closed weeks, weeks with a failure, days with a failure, of the job at the cutoff. */
  add(
    group: { owner: string | null; host: string | null },
    cutoffIndex: number,
    cutoff: number,
    history: VisibleHistory,
    windows: readonly [closed: number, failed: number, daysFailed: number],
  ): void {
    const end = history.count;
    const week = history.before(cutoff - WEEK_DAYS * DAY_MS);
    const month = history.before(cutoff - 28 * DAY_MS);
    const { failed } = history.totals;
    const sums = [
      end - week,
      failed[end]! - failed[week]!,
      end - month,
      failed[end]! - failed[month]!,
      ...windows,
    ];
    for (const total of [
      this.estate,
      this.of(this.owners, group.owner ?? ''),
      this.of(this.hosts, group.host ?? ''),
    ]) {
      for (let i = 0; i < SUMS; i++) total[cutoffIndex * SUMS + i]! += sums[i]!;
    }
  }

  /** `own`: runs and failed runs of the job itself in the last 7 days, taken out of its neighbours' rate. */
  write(
    group: { owner: string | null; host: string | null },
    cutoffIndex: number,
    own: { runs7d: number; failed7d: number },
    put: (position: number, value: number) => void,
  ): void {
    const at = cutoffIndex * SUMS;
    const estate = this.estate;
    const owner = this.of(this.owners, group.owner ?? '');
    const rate = (sums: Float64Array, failed: number, runs: number) =>
      (sums[at + failed]! + 1) / (sums[at + runs]! + 10);
    put(0, rate(owner, FAILED_28D, RUNS_28D));
    put(1, rate(estate, FAILED_7D, RUNS_7D));
    put(2, rate(estate, FAILED_28D, RUNS_28D));
    if (group.host === null) put(3, Number.NaN);
    else {
      const host = this.of(this.hosts, group.host);
      put(3, (host[at + FAILED_7D]! - own.failed7d + 1) / (host[at + RUNS_7D]! - own.runs7d + 10));
    }
    const shrunken = (failed: number, perWindow: number) => {
      const estateRate = (estate[at + failed]! + 1) / (perWindow * estate[at + WINDOWS]! + 10);
      return (owner[at + failed]! + 10 * estateRate) / (perWindow * owner[at + WINDOWS]! + 10);
    };
    put(4, shrunken(WINDOWS_FAILED, 1));
    put(5, shrunken(DAYS_FAILED, WEEK_DAYS));
  }

  private of(groups: Map<string, Float64Array>, key: string): Float64Array {
    let sums = groups.get(key);
    if (sums === undefined) {
      sums = new Float64Array(this.cutoffs * SUMS);
      groups.set(key, sums);
    }
    return sums;
  }
}
