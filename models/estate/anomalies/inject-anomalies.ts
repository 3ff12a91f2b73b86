import type { Random } from '../../random.ts';
import type { MetricSample } from '../../records/run.ts';
import { chance, choice, streamFor } from '../draws.ts';
import type { EstateJob } from '../job.ts';
import type { RunRow } from '../run-row.ts';
import { SAMPLE_MINUTES } from '../samples.ts';
import { type AnomalyPlan, OUTAGE_KINDS, SINGLE_KINDS } from './anomaly-plan.ts';
import type { AnomalyTruth } from './anomaly-truth.ts';
import { type EstateFile, filesOfDay } from './file-feed.ts';
import { strikeHost } from './host-peak.ts';
import { beginOutage, followed, type Outage, sufferOutage, truthOfOutage } from './outage.ts';
import { type PlannedRows, plannedRows } from './planned-rows.ts';
import { type RunKind, strikeRun } from './strike-run.ts';

/** What a day needs to have for anomalies to strike it. */
interface InjectableDay {
  day: { index: number; date: string };
  runs: RunRow[];
  samples: MetricSample[];
}

interface StruckDay {
  index: number;
  date: string;
  startMs: number;
}

/** After it was struck, a job is left alone for so many of its runs and at least so long. */
const REST_RUNS = 3;
const REST_MS = 86_400_000;
/** Below this length a run logged in whole seconds cannot be told to be fast. */
const LEAST_FAST_MS = 10_000;

/**
 * Makes things go wrong in the days of one estate, on top of what it drew: its own streams are not touched, so every
 * run that is not struck stays byte for byte what it was. Days must be given in their order.
 */
export class AnomalyInjector {
  readonly #plan: AnomalyPlan;
  readonly #seed: number;
  readonly #jobs: ReadonlyMap<string, EstateJob>;
  readonly #hosts: readonly string[];
  readonly #waitedFor: ReadonlySet<number>;
  readonly #runsBefore = new Map<string, number>();
  readonly #lastFailed = new Map<string, boolean>();
  readonly #restsUntil = new Map<string, { runs: number; atMs: number }>();
  #outage: Outage | null = null;

  constructor(plan: AnomalyPlan, seed: number, jobs: readonly EstateJob[], hosts: readonly string[]) {
    this.#plan = plan;
    this.#seed = seed;
    this.#jobs = new Map(jobs.map((job) => [job.name, job]));
    this.#hosts = hosts;
    this.#waitedFor = new Set(jobs.map(({ upstream }) => upstream).filter((index) => index !== null));
  }

  /**
   * The day as it comes to be, and the truth of what was done to it.
   *
   * @param startMs its first instant
   */
  inject<Day extends InjectableDay>(
    given: Day,
    startMs: number,
  ): Day & { anomalies: AnomalyTruth[]; files: EstateFile[] } {
    const day = { ...given.day, startMs };
    const truth: AnomalyTruth[] = [];
    const planned = plannedRows(given.runs, this.#jobs);
    let { samples } = given;
    let strikes = 0;
    if (day.index >= this.#plan.fromDay) {
      const random = streamFor(this.#seed, `anomalies/${day.date}`);
      samples = this.#outages(day, planned, samples, random, truth);
      samples = this.#singles(day, planned, samples, random, truth);
      this.#follow(planned, truth);
      strikes = countOf(this.#plan.perDay.transmission, random);
    }
    const { files, truth: ofFiles } = filesOfDay(this.#seed, day, strikes);
    for (const row of ofFiles) truth.push(row);
    for (const one of planned) this.#remember(one);
    const order = new Map(given.runs.map((run, place) => [run.runId, place]));
    const place = ({ runId }: RunRow) => order.get(runId) ?? order.get(runId.slice(0, -1))! + 0.5;
    const runs = planned.flatMap(({ rows }) => rows).sort((a, b) => place(a) - place(b));
    return { ...given, runs, samples, files, anomalies: truth };
  }

  #outages(
    day: StruckDay,
    planned: PlannedRows[],
    given: MetricSample[],
    random: Random,
    truth: AnomalyTruth[],
  ): MetricSample[] {
    let samples = given;
    const suffer = (outage: Outage) => {
      const { cause, kind: causeKind } = outage;
      const suffered = sufferOutage(outage, planned, samples, random);
      samples = suffered.samples;
      for (const row of suffered.truth) truth.push({ ...row, cause, causeKind });
    };
    if (this.#outage !== null && this.#outage.untilMs > day.startMs) {
      suffer(this.#outage);
      return samples;
    }
    this.#outage = null;
    let left = random.uniform();
    for (const kind of OUTAGE_KINDS) {
      const share = this.#plan.outages[kind];
      if (left < share) {
        this.#outage = beginOutage(kind, `${kind}-${day.date}`, day, planned, this.#hosts, random);
        break;
      }
      left -= share;
    }
    if (this.#outage === null) return samples;
    const { cause, kind: causeKind } = this.#outage;
    for (const row of truthOfOutage(this.#outage, SAMPLE_MINUTES * 60_000))
      truth.push({ ...row, cause, causeKind });
    suffer(this.#outage);
    return samples;
  }

  #singles(
    day: StruckDay,
    planned: PlannedRows[],
    given: MetricSample[],
    random: Random,
    truth: AnomalyTruth[],
  ): MetricSample[] {
    let samples = given;
    for (const kind of SINGLE_KINDS) {
      if (kind === 'transmission') continue;
      const count = countOf(this.#plan.perDay[kind], random);
      for (let n = 0; n < count; n++) {
        const cause = `${kind}-${day.date}-${n + 1}`;
        if (kind === 'host') {
          const free = this.#hosts.filter((host) => host !== this.#outage?.host);
          if (free.length === 0) continue;
          const struck = strikeHost(choice(random, free), day, planned, samples, random);
          samples = struck.samples;
          for (const row of struck.truth) truth.push({ ...row, cause, causeKind: 'single' });
          continue;
        }
        const victim = this.#victim(kind, planned, random);
        if (victim === null) continue;
        for (const row of strikeRun(kind, victim, random, day.date)) {
          truth.push({
            ...row,
            variant: null,
            file: null,
            subject: { job: victim.job.name },
            cause,
            causeKind: 'single',
          });
        }
        const runs = (this.#runsBefore.get(victim.job.name) ?? 0) + REST_RUNS;
        this.#restsUntil.set(victim.job.name, { runs, atMs: victim.startMs + REST_MS });
      }
    }
    return samples;
  }

  /** One run of one job, every job as likely as another, however often it runs. */
  #victim(kind: RunKind, planned: readonly PlannedRows[], random: Random): PlannedRows | null {
    const inner = kind === 'fast' || kind === 'incomplete' || kind === 'extra';
    const byJob = Map.groupBy(
      planned.filter((one) => {
        const { job, rows, taken, startMs } = one;
        const run = rows[0];
        if (taken || rows.length !== 1 || run!.status !== 'succeeded' || run!.attempt !== 1) return false;
        if (!inner && this.#waitedFor.has(job.index)) return false;
        if (kind === 'fast' && run!.durationMs! < LEAST_FAST_MS) return false;
        const before = this.#runsBefore.get(job.name) ?? 0;
        const rests = this.#restsUntil.get(job.name);
        if (rests !== undefined && (before < rests.runs || startMs < rests.atMs)) return false;
        return before >= this.#plan.minRuns && this.#lastFailed.get(job.name) !== true;
      }),
      ({ job }) => job.name,
    );
    if (byJob.size === 0) return null;
    return choice(random, choice(random, [...byJob.values()]));
  }

  /** What waits for a run that was struck comes when that has ended. */
  #follow(planned: readonly PlannedRows[], truth: AnomalyTruth[]): void {
    const causes = new Map(
      truth.flatMap((row) => ('job' in row.subject ? [[row.subject.job, row] as const] : [])),
    );
    const nameOf = new Map([...this.#jobs.values()].map(({ index, name }) => [index, name]));
    for (const row of followed(planned)) {
      const job = 'job' in row.subject ? this.#jobs.get(row.subject.job)! : null;
      const found = job?.upstream == null ? undefined : causes.get(nameOf.get(job.upstream)!);
      const cause = found?.cause ?? `natural-${row.runIds[0]}`;
      truth.push({ ...row, cause, causeKind: found?.causeKind ?? 'natural' });
    }
  }

  #remember({ job, rows }: PlannedRows): void {
    if (rows.length === 0) return;
    this.#runsBefore.set(job.name, (this.#runsBefore.get(job.name) ?? 0) + 1);
    this.#lastFailed.set(job.name, rows.at(-1)!.status === 'failed');
  }
}

/** A whole number with that mean. */
const countOf = (rate: number, random: Random): number =>
  Math.floor(rate) + (chance(random, rate - Math.floor(rate)) ? 1 : 0);
