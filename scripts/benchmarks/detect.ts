/** What detection finds of all that goes wrong in simulated worlds, how soon, and what it says of what did not. */
import type { AlertSettings } from '../../models/alerts/alert-settings.ts';
import {
  replayDetection,
  replayNotices,
  serviceRules,
  shareOf,
  USUAL_SETTINGS,
} from '../../models/detect/replay/index.ts';
import { playEstate } from '../../models/estate/anomalies/play-estate.ts';
import { createEstate } from '../../models/estate/estate.ts';
import type { EstateJob } from '../../models/estate/job.ts';
import { type Delivered, measureDelivery } from './delivery.ts';
import {
  type Compared,
  judgeReplay,
  MEASURED_KINDS,
  type MeasuredKind,
  type Verdict,
} from './detect-verdict.ts';
import { type BenchResult, type Figure, figure } from './document.ts';
import { feedOfEstate } from './estate-feed.ts';
import { say } from './progress.ts';
import { quantile } from './statistics.ts';

export interface DetectOptions {
  worlds: number;
  /** Of the first world; the others follow. */
  seed: number;
  /** ETL jobs of a world. */
  jobs: number;
  /** Whether runs are told when they begin. */
  starts: boolean;
  /** Failures that are told by the running pipeline; 0: it is not started. */
  live: number;
}

const DAY_MS = 86_400_000;
/** Learned from alone, then watched with nothing done on purpose, then with. */
const LEARN_DAYS = 45;
const QUIET_DAYS = 14;
const STRUCK_DAYS = 70;
const DAYS = LEARN_DAYS + QUIET_DAYS + STRUCK_DAYS;
/** Half of the worlds have the night in which clocks are put back and the autumn holidays, half the spring's. */
const START_DATES = ['2025-08-28', '2026-01-25'];
/** One of so many keeps its schedules by UTC. */
const UTC_EVERY = 4;
const TIME_ZONE = 'Europe/Paris';
/** The service looks when something came; a second is what it takes. */
const LOOK_EVERY_MS = 1000;

/** One channel hears of everything at once. */
const TELL_EVERYTHING: AlertSettings = {
  channels: [{ name: 'mail', kind: 'mail', language: 'en' }],
  routes: [{ match: {}, tell: ['mail'], escalateTo: [] }],
  ...{ quietHours: [], maintenance: [], runBooks: [], timeZone: TIME_ZONE },
};

interface MeasuredWorld {
  seed: number;
  runs: number;
  slots: number;
  verdict: Verdict;
  falseLatePer1000: number;
}

export async function detect(options: DetectOptions): Promise<BenchResult> {
  const measured: MeasuredWorld[] = [];
  for (let w = 0; w < options.worlds; w++) {
    const world = measureWorld(options.seed + w, options);
    measured.push(world);
    say(`world ${w + 1} of ${options.worlds}: ${worldText(world)}`);
  }
  const live = options.live === 0 ? null : await measureDelivery(options.live, options.seed);
  return {
    figures: [
      ...(measured.length === 0 ? [] : figuresOf(measured)),
      ...(live === null
        ? []
        : [...deliveryFigures('crash', live.crashes), ...deliveryFigures('absence', live.absences)]),
    ],
    details: { worlds: measured.map(worldDetails), live },
  };
}

function measureWorld(seed: number, { jobs, starts }: DetectOptions): MeasuredWorld {
  const isUtc = seed % UTC_EVERY === 0;
  const estate = createEstate({
    ...{ seed, jobs, days: DAYS, startDate: START_DATES[seed % START_DATES.length]! },
    anomalies: { fromDay: LEARN_DAYS + QUIET_DAYS },
    clock: isUtc ? undefined : TIME_ZONE,
  });
  const played = playEstate(estate, DAYS);
  const fromMs = played.fromMs + LEARN_DAYS * DAY_MS;
  const settings = { ...USUAL_SETTINGS, lookEveryMs: LOOK_EVERY_MS, fromMs, untilMs: played.untilMs };
  const rules = serviceRules({ timeZone: isUtc ? 'UTC' : TIME_ZONE, calendar: 'FR' });
  const feed = feedOfEstate(estate, played, starts);
  const replayed = replayDetection(feed, rules, settings);
  const gaps = new Map(estate.jobs.map((job) => [job.name, gapMsOf(job)]));
  const compared: Compared = {
    truth: played.truth,
    replayed,
    messages: replayNotices(replayed.events, feed.jobs, TELL_EVERYTHING, played.untilMs),
    jobName: (jobId) => estate.jobs[jobId - 1]!.name,
    gapMs: (job) => gaps.get(job)!,
    // What was wrong already when it began to watch is found at once, and says nothing.
    fromMs: fromMs + DAY_MS,
    untilMs: played.untilMs,
  };
  const verdict = judgeReplay(compared);
  const slots = replayed.slots.reduce(
    (sum, { counts }) => sum + counts.met + counts.late + counts.missing,
    0,
  );
  const falseLatePer1000 = (1000 * verdict.falseLate.length) / Math.max(1, slots);
  return { seed, runs: played.runs.length, slots, verdict, falseLatePer1000 };
}

const gapMsOf = ({ schedule }: EstateJob): number =>
  schedule.kind === 'every' ? schedule.everyMinutes * 60_000 : DAY_MS;

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

const worldText = ({ verdict, falseLatePer1000 }: MeasuredWorld): string =>
  [
    ...MEASURED_KINDS.map((kind) => {
      const { truths, found, findings, right } = verdict.kinds[kind];
      return `${kind} ${found}/${truths} ${right}/${findings}`;
    }),
    `false late ${falseLatePer1000.toFixed(2)}`,
    `incidents a cause ${mean(verdict.outages.map(({ incidents }) => incidents))?.toFixed(2)}`,
  ].join(', ');

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Counts of all worlds in one; with the smallest and the largest of single worlds. */
function figuresOf(measured: readonly MeasuredWorld[]): Figure[] {
  const figures: Figure[] = [];
  const spreadOf = (values: readonly (number | null)[]) => {
    const told = values.filter((value) => value !== null);
    return told.length === 0 ? {} : { min: Math.min(...told), max: Math.max(...told) };
  };
  const addShare = (name: string, of: (world: MeasuredWorld) => [part: number, whole: number]) => {
    const pairs = measured.map(of);
    const all = ratio(
      pairs.reduce((sum, [part]) => sum + part, 0),
      pairs.reduce((sum, [, whole]) => sum + whole, 0),
    );
    figures.push(
      figure(name, all, 'share', 'higher', spreadOf(pairs.map(([part, whole]) => ratio(part, whole)))),
    );
  };
  for (const kind of MEASURED_KINDS) {
    addShare(`recall_${kind}`, ({ verdict }) => [verdict.kinds[kind].found, verdict.kinds[kind].truths]);
    addShare(`precision_${kind}`, ({ verdict }) => [verdict.kinds[kind].right, verdict.kinds[kind].findings]);
    const delays = measured.flatMap(({ verdict }) => verdict.kinds[kind].delaysMs);
    const p95 = delays.length === 0 ? null : shareOf(delays, 0.95) / 1000;
    figures.push(figure(`delay_p95_s_${kind}`, p95, 's', 'lower'));
  }
  const outages = measured.flatMap(({ verdict }) => verdict.outages);
  const ofEach = (of: (outage: (typeof outages)[number]) => number) =>
    spreadOf(measured.map(({ verdict }) => mean(verdict.outages.map(of))));
  const perCause = mean(outages.map(({ incidents }) => Math.max(1, incidents)));
  figures.push(
    figure(
      'incidents_per_cause',
      perCause,
      'incidents',
      'lower',
      ofEach(({ incidents }) => incidents),
    ),
    figure(
      'notices_per_outage',
      mean(outages.map(({ notices }) => notices)),
      'notices',
      'lower',
      ofEach(({ notices }) => notices),
    ),
  );
  const slots = measured.reduce((sum, world) => sum + world.slots, 0);
  const falseLate = measured.reduce((sum, { verdict }) => sum + verdict.falseLate.length, 0);
  const spread = spreadOf(measured.map(({ falseLatePer1000 }) => falseLatePer1000));
  const per1000 = slots === 0 ? null : (1000 * falseLate) / slots;
  figures.push(figure('false_late_per_1000', per1000, 'per 1,000 slots', 'lower', spread));
  return figures;
}

function deliveryFigures(kind: 'crash' | 'absence', delivered: readonly Delivered[]): Figure[] {
  const seconds = delivered.flatMap((one) => (one.seconds === null ? [] : [one.seconds]));
  // What never came is slower than any other.
  const at = (share: number) => (seconds.length < delivered.length ? null : quantile(seconds, share));
  return [
    figure(`delivered_p50_s_${kind}`, at(0.5), 's', 'lower'),
    figure(`delivered_p95_s_${kind}`, at(0.95), 's', 'lower'),
    figure(`delivered_never_${kind}`, delivered.length - seconds.length, 'messages', 'lower'),
  ];
}

const MOST_EXAMPLES = 60;

function worldDetails({ seed, runs, slots, verdict }: MeasuredWorld) {
  const kinds = Object.fromEntries(
    (Object.entries(verdict.kinds) as [MeasuredKind, Verdict['kinds'][MeasuredKind]][]).map(
      ([kind, { delaysMs, ...counts }]) => [kind, { ...counts, delayMedianS: shareOf(delaysMs, 0.5) / 1000 }],
    ),
  );
  return {
    ...{ seed, runs, slots, kinds, outages: verdict.outages },
    wrong: verdict.wrong.slice(0, MOST_EXAMPLES).map(({ finding, foundMs, endedMs }) => ({
      ...{ key: finding.key, kind: finding.kind, variant: finding.variant, evidence: finding.evidence },
      ...{
        run: finding.runKey,
        since: iso(finding.sinceMs),
        due: finding.dueMs === null ? null : iso(finding.dueMs),
      },
      ...{ found: iso(foundMs), ended: endedMs === null ? null : iso(endedMs) },
    })),
    missed: verdict.missed
      .slice(0, MOST_EXAMPLES)
      .map(({ kind, variant, subject, cause, runIds, knowableMs }) => ({
        ...{ kind, variant, subject, cause, runIds, knowable: iso(knowableMs) },
      })),
  };
}

const iso = (instant: number): string => new Date(instant).toISOString();
