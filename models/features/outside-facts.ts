import { median } from '../median.ts';
import type { FileAccounts, JobVersions, OutsideFacts, SourceFacts } from '../records/outside-facts.ts';
import { DAY_MS, type FeatureDefinition } from './feature.ts';
import { firstAtOrAfter } from './first-at-or-after.ts';

/** Days before the cutoff that the quality of a source is of. */
const QUALITY_DAYS = 7;
/** A change that is older is as old as this: how long ago an old one was tells the date, not the job. */
export const MOST_DAYS_SINCE_CHANGE = 28;

/** Of changes those of the job: another champion of the forecast changes nothing about a job, its own version does. */
export const outsideFactDefinitions: readonly FeatureDefinition[] = [
  {
    name: 'source_refused_share_7d',
    meaning: {
      en: "refused rows of the job's source, 7 days",
      fr: 'lignes refusées de la source du traitement, 7 jours',
    },
    unit: 'share',
    window: '7 d',
  },
  {
    name: 'source_completeness_7d',
    meaning: {
      en: "values told by the job's source of those expected, 7 days",
      fr: 'valeurs renseignées par la source du traitement, 7 jours',
    },
    unit: 'share',
    window: '7 d',
  },
  {
    name: 'source_delay_7d',
    meaning: {
      en: "typical delay of the files of the job's source, 7 days",
      fr: 'retard typique des fichiers de la source du traitement, 7 jours',
    },
    unit: 'log seconds',
    window: '7 d',
  },
  {
    name: 'days_since_contract_change',
    meaning: {
      en: "days since the contract of the job's source changed",
      fr: 'jours depuis le changement du contrat de la source du traitement',
    },
    unit: 'days',
    window: '28 d',
  },
  {
    name: 'days_since_version_change',
    meaning: {
      en: 'days since the job first ran in its newest version',
      fr: 'jours depuis le premier passage dans la dernière version du traitement',
    },
    unit: 'days',
    window: '28 d',
  },
];
const WIDTH = outsideFactDefinitions.length;
const OF_SOURCE = 4;

/**
 * The values of `outsideFactDefinitions` for a job at a cutoff, from what happened before it and was known by it.
 *
 * A job's source is, of those that told of it by then, the one that did so last for the first time.
 *
 * @returns writes WIDTH values into `row` from `at` on, NaN where nothing is known
 */
export function createFactReader(facts: OutsideFacts, cutoffs: readonly number[]) {
  const ofSource = facts.sources.map((source) => {
    const values = new Float64Array(cutoffs.length * OF_SOURCE);
    cutoffs.forEach((cutoff, c) => {
      values.set(describeSource(source, cutoff), c * OF_SOURCE);
    });
    return values;
  });
  const feeds = feedsByJob(facts.sources);
  const versions = new Map(facts.versions.map((one) => [one.jobId, one]));
  return (jobId: number, cutoffIndex: number, write: (position: number, value: number) => void): void => {
    const cutoff = cutoffs[cutoffIndex]!;
    const source = sourceAt(feeds.get(jobId), cutoff);
    for (let f = 0; f < OF_SOURCE; f++) {
      write(f, source < 0 ? Number.NaN : ofSource[source]![cutoffIndex * OF_SOURCE + f]!);
    }
    write(WIDTH - 1, daysSinceNewVersion(versions.get(jobId), cutoff));
  };
}

interface Feed {
  source: number;
  startedAt: number;
  knownAt: number;
}

function feedsByJob(sources: readonly SourceFacts[]): Map<number, Feed[]> {
  const feeds = new Map<number, Feed[]>();
  sources.forEach(({ jobs }, source) => {
    jobs.jobId.forEach((jobId, i) => {
      const feed = { source, startedAt: jobs.startedAt[i]!, knownAt: jobs.knownAt[i]! };
      const known = feeds.get(jobId);
      if (known === undefined) feeds.set(jobId, [feed]);
      else known.push(feed);
    });
  });
  return feeds;
}

function sourceAt(feeds: readonly Feed[] = [], cutoff: number): number {
  let last: Feed | undefined;
  for (const feed of feeds) {
    if (feed.startedAt >= cutoff || feed.knownAt > cutoff) continue;
    if (last === undefined || feed.startedAt > last.startedAt) last = feed;
  }
  return last?.source ?? -1;
}

function describeSource({ files, contractChangedAt }: SourceFacts, cutoff: number): number[] {
  const { rowsIn, rowsRefused, valuesExpected, valuesTold, delayMs } = sumOf(files, cutoff);
  let changed = Number.NaN;
  for (const at of contractChangedAt) if (at <= cutoff) changed = at;
  return [
    rowsIn === 0 ? Number.NaN : rowsRefused / rowsIn,
    valuesExpected === 0 ? Number.NaN : valuesTold / valuesExpected,
    Math.log1p((median(delayMs) ?? Number.NaN) / 1000),
    daysSince(changed, cutoff),
  ];
}

function sumOf(files: FileAccounts, cutoff: number) {
  const sum = { rowsIn: 0, rowsRefused: 0, valuesExpected: 0, valuesTold: 0, delayMs: [] as number[] };
  const from = firstAtOrAfter(files.ts, cutoff - QUALITY_DAYS * DAY_MS);
  const to = firstAtOrAfter(files.ts, cutoff);
  for (let i = from; i < to; i++) {
    if (files.knownAt[i]! > cutoff) continue;
    for (const key of ['rowsIn', 'rowsRefused', 'valuesExpected', 'valuesTold'] as const) {
      const value = files[key][i]!;
      if (!Number.isNaN(value)) sum[key] += value;
    }
    if (!Number.isNaN(files.delayMs[i]!)) sum.delayMs.push(files.delayMs[i]!);
  }
  return sum;
}

function daysSinceNewVersion(versions: JobVersions | undefined, cutoff: number): number {
  if (versions === undefined) return Number.NaN;
  let seen = 0;
  let last = Number.NaN;
  for (let i = 0; i < versions.startedAt.length && versions.startedAt[i]! < cutoff; i++) {
    if (versions.knownAt[i]! > cutoff) continue;
    seen++;
    last = versions.startedAt[i]!;
  }
  // The first version that is told is no change.
  return seen < 2 ? Number.NaN : daysSince(last, cutoff);
}

const daysSince = (instant: number, cutoff: number) =>
  Math.min(MOST_DAYS_SINCE_CHANGE, (cutoff - instant) / DAY_MS);
