import { type ErrorFamilyFigure, errorFamilies } from './error-families.ts';
import type { JobRow, ReportFigures } from './figures.ts';
import { sqlFingerprint } from './normalize-sql.ts';
import { type QueryCost, queryCosts } from './query-costs.ts';
import { type Recommendation, rankRecommendations } from './recommendation.ts';

/** From so many events in 30 days on: 10, 9, … 2; fewer are 1. */
const FREQUENCY_FROM = [120, 60, 30, 15, 8, 4, 2, 1, 0.33];
/** From so many hours in 30 days on: 10, 9, … 2; fewer are 1. */
const HOURS_FROM = [80, 40, 20, 10, 5, 2, 1, 0.5, 0.1];
/** A truck waits for jobs of criticality 1, nobody notices those of 4. */
const SEVERITY_OF_CRITICALITY = [10, 8, 5, 2];
/** What no rule looks at is noticed by chance. */
const UNWATCHED = 7;
/** What is watched, and told when it happens. */
const WATCHED = 3;
/** Slow runs are found, not what makes them slow. */
const HALF_WATCHED = 5;
const DAYS = 30;
/** More are no list that somebody works through. */
const MOST = 20;
/** Median absolute deviations of a normal spread in one standard deviation. */
const MAD_TO_SIGMA = 1.4826;

/** Time that is lost is less bad than work that is not done. */
const severityOfHours = (hours: number): number => Math.max(1, Math.round(0.6 * grade(hours, HOURS_FROM)));

const grade = (value: number, from: readonly number[]): number => {
  const place = from.findIndex((least) => value >= least);
  return place < 0 ? 1 : 10 - place;
};
const severityOf = (criticality: number): number =>
  SEVERITY_OF_CRITICALITY[Math.min(4, Math.max(1, criticality)) - 1]!;

/** Everything the figures speak for, whether or not it is worth anybody's time; by no order. */
export function candidates(figures: ReportFigures, days: number): Recommendation[] {
  const per30 = (value: number): number => (value * DAYS) / days;
  const jobs = new Map(figures.jobs.map((job) => [job.jobId, job]));
  const found = new Map(figures.detection.map((row) => [row.jobId, row]));
  const hadBefore = figures.totals.some(({ inPeriod }) => !inPeriod);
  return [
    ...errorFamilies(figures.errors).map((family) => repairError(family, jobs, found, hadBefore, per30)),
    ...figures.detection.map((row) => findFailures(row, jobs.get(row.jobId), per30)),
    ...queryCosts(figures.queries).map((cost) => speedUpQuery(cost, jobs, per30)),
    ...figures.jobs.flatMap((job) => steadyJob(job, per30)),
    ...figures.contention.map((row): Recommendation => {
      const pair = figures['contention-pairs'].find(({ host }) => host === row.host);
      const hours = per30(Math.max(0, row.extraHours));
      return {
        key: `spread-load/${row.host}`,
        kind: 'spread-load',
        subject: row.host,
        frequency: grade(per30(row.shared), FREQUENCY_FROM),
        severity: severityOfHours(hours),
        nonDetection: UNWATCHED,
        effort: 'small',
        measured: hours,
        gain: hours,
        gainUnit: 'hours',
        evidence: {
          shared: row.shared,
          runs: row.runs,
          ratio: row.sharedRatio ?? 1,
          ...(pair && { job: pair.job, otherJob: pair.otherJob, times: pair.times }),
        },
      };
    }),
    ...figures.resources.flatMap(({ host, metric, fullShare, p95, most }): Recommendation[] => {
      if (fullShare === null) return [];
      const hours = fullShare * DAYS * 24;
      return [
        {
          key: `relieve-server/${host}/${metric}`,
          kind: 'relieve-server',
          subject: `${host} ${metric}`,
          frequency: grade(hours, FREQUENCY_FROM),
          severity: metric.includes('disk') ? 9 : 6,
          nonDetection: WATCHED,
          effort: metric.includes('disk') ? 'small' : 'large',
          measured: hours,
          gain: hours,
          gainUnit: 'hours',
          evidence: { host, metric, fullShare, p95, most },
        },
      ];
    }),
    ...figures.loads.map(({ source, rowsIn, quarantined, refused }): Recommendation => {
      const reason = figures.quarantine.find((row) => row.source === source);
      const rows = per30(quarantined);
      const share = rowsIn === 0 ? 0 : quarantined / rowsIn;
      return {
        key: `mend-source/${source}`,
        kind: 'mend-source',
        subject: source,
        frequency: grade(rows, FREQUENCY_FROM),
        severity: Math.min(10, 1 + Math.ceil(share * 100)),
        nonDetection: WATCHED,
        effort: 'medium',
        measured: rows,
        gain: rows,
        gainUnit: 'rows',
        evidence: { quarantined, share, files: refused, code: reason?.code ?? '' },
      };
    }),
    ...figures.slots.map(({ job, met, late, missing }): Recommendation => {
      const missed = per30(late + missing);
      const known = figures.jobs.find((one) => one.job === job);
      return {
        key: `keep-slots/${job}`,
        kind: 'keep-slots',
        subject: job,
        frequency: grade(missed, FREQUENCY_FROM),
        severity: severityOf(known?.criticality ?? 3),
        nonDetection: WATCHED,
        effort: 'medium',
        measured: missed,
        gain: missed,
        gainUnit: 'slots',
        evidence: { late, missing, slots: met + late + missing },
      };
    }),
    ...figures.answers.map(({ kind, told, answered, useful, notUseful }): Recommendation => {
      const answers = useful + notUseful;
      const share = answers === 0 ? 0 : notUseful / answers;
      const useless = per30(told * share);
      return {
        key: `quiet-alerts/${kind}`,
        kind: 'quiet-alerts',
        subject: kind,
        frequency: grade(useless, FREQUENCY_FROM),
        severity: 4,
        nonDetection: UNWATCHED,
        effort: 'small',
        measured: useless,
        gain: useless,
        gainUnit: 'messages',
        evidence: { told, answered, useful, answers },
      };
    }),
  ];
}

function repairError(
  { template, runs, runsBefore, jobIds, lostHours }: ErrorFamilyFigure,
  jobs: ReadonlyMap<number, JobRow>,
  found: ReadonlyMap<number, { failed: number; found: number }>,
  hadBefore: boolean,
  per30: (value: number) => number,
): Recommendation {
  const seen = jobIds.map((id) => found.get(id)).filter((one) => one !== undefined);
  const failed = seen.reduce((sum, one) => sum + one.failed, 0);
  const noticed = failed === 0 ? 1 : seen.reduce((sum, one) => sum + one.found, 0) / failed;
  const criticalities = jobIds.map((id) => jobs.get(id)?.criticality ?? 4);
  return {
    key: `repair-error/${sqlFingerprint(template)}`,
    kind: 'repair-error',
    subject: template,
    frequency: grade(per30(runs), FREQUENCY_FROM),
    severity: severityOf(Math.min(4, ...criticalities)),
    nonDetection: WATCHED + Math.round((10 - WATCHED) * (1 - noticed)),
    effort: jobIds.length <= 1 ? 'small' : jobIds.length <= 20 ? 'medium' : 'large',
    measured: per30(runs),
    gain: per30(runs),
    gainUnit: 'failures',
    evidence: {
      runs,
      // No run before is no failure avoided.
      ...(hadBefore && { runsBefore }),
      jobs: jobIds.length,
      lostHours,
      job: jobs.get(jobIds[0] ?? -1)?.job ?? '',
    },
  };
}

function findFailures(
  row: { jobId: number; failed: number; found: number },
  job: JobRow | undefined,
  per30: (value: number) => number,
): Recommendation {
  const unnoticed = per30(row.failed - row.found);
  const name = job?.job ?? String(row.jobId);
  return {
    key: `find-failures/${name}`,
    kind: 'find-failures',
    subject: name,
    frequency: grade(unnoticed, FREQUENCY_FROM),
    severity: severityOf(job?.criticality ?? 3),
    nonDetection: 10,
    effort: 'small',
    measured: unnoticed,
    gain: unnoticed,
    gainUnit: 'failures',
    evidence: { failed: row.failed, found: row.found },
  };
}

/** Half of what lies between a query's mean and its fastest run can be won: a guess, and the next report measures it. */
const WON_OF_SLOWNESS = 0.5;

function speedUpQuery(
  { fingerprint, normalized, runs, hours, leastMs, jobIds }: QueryCost,
  jobs: ReadonlyMap<number, JobRow>,
  per30: (value: number) => number,
): Recommendation {
  const beyond = Math.max(0, hours - (runs * leastMs) / 3_600_000);
  return {
    key: `speed-up-query/${fingerprint}`,
    kind: 'speed-up-query',
    subject: fingerprint,
    frequency: grade(per30(runs), FREQUENCY_FROM),
    severity: severityOfHours(per30(beyond * WON_OF_SLOWNESS)),
    nonDetection: HALF_WATCHED,
    effort: 'medium',
    measured: per30(hours),
    gain: per30(beyond * WON_OF_SLOWNESS),
    gainUnit: 'hours',
    evidence: {
      runs,
      hours,
      leastMs,
      jobs: jobIds.length,
      job: jobs.get(jobIds[0] ?? -1)?.job ?? '',
      text: normalized.slice(0, 120),
    },
  };
}

/** The slowest tenth of its runs, each by as much as the ninth decile lies above the median: a lower bound. */
const SLOW_SHARE = 0.1;

function steadyJob(job: JobRow, per30: (value: number) => number): Recommendation[] {
  const { medianMs, p90Ms, madMs, succeeded } = job;
  if (medianMs === null || p90Ms === null || madMs === null || medianMs === 0) return [];
  const spread = (MAD_TO_SIGMA * madMs) / medianMs;
  const hours = per30((succeeded * SLOW_SHARE * (p90Ms - medianMs)) / 3_600_000);
  return [
    {
      key: `steady-job/${job.job}`,
      kind: 'steady-job',
      subject: job.job,
      frequency: grade(per30(succeeded * SLOW_SHARE), FREQUENCY_FROM),
      severity: Math.round((severityOfHours(hours) + severityOf(job.criticality)) / 2),
      nonDetection: HALF_WATCHED,
      effort: 'medium',
      measured: hours,
      gain: hours,
      gainUnit: 'hours',
      evidence: { spread, medianMs, p90Ms, runs: succeeded },
    },
  ];
}

/** Below these, in 30 days, it is not worth a line. */
const WORTHWHILE: Record<Recommendation['gainUnit'], number> = {
  hours: 0.5,
  failures: 1,
  messages: 1,
  rows: 10,
  slots: 1,
};
/** Of answers, before they speak for anything; of alerts that are not useful, before they are too many. */
const LEAST_ANSWERS = 5;
const MOST_USELESS = 0.2;
/** A spread of half the median is no spread of a job that reads more on some days. */
const WIDE_SPREAD = 0.5;

/** Runs that share a server and take a tenth longer at least. */
const SLOWED = 1.1;

function isWorthwhile(one: Recommendation): boolean {
  if (one.gain < WORTHWHILE[one.gainUnit]) return false;
  const { kind, evidence } = one;
  if (kind === 'quiet-alerts') {
    const answers = Number(evidence.answers);
    return answers >= LEAST_ANSWERS && 1 - Number(evidence.useful) / answers > MOST_USELESS;
  }
  if (kind === 'steady-job') return Number(evidence.spread) > WIDE_SPREAD;
  if (kind === 'spread-load') return Number(evidence.ratio) >= SLOWED;
  // Once is chance.
  if (kind === 'repair-error') return Number(evidence.runs) >= 3;
  return true;
}

/** Of one kind: what else there is should be seen as well. */
const MOST_OF_A_KIND = 5;

/** What is worthwhile, ranked by priority and feasibility; at most 20, and 5 of a kind. */
export function recommend(figures: ReportFigures, days: number): Recommendation[] {
  const seen = new Map<string, number>();
  return rankRecommendations(candidates(figures, days).filter(isWorthwhile))
    .filter(({ kind }) => {
      const count = (seen.get(kind) ?? 0) + 1;
      seen.set(kind, count);
      return count <= MOST_OF_A_KIND;
    })
    .slice(0, MOST);
}
