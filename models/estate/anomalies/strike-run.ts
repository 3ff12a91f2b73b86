import type { Random } from '../../random.ts';
import { between, chance } from '../draws.ts';
import { errorText } from '../error-text.ts';
import type { EstateJob } from '../job.ts';
import type { RunRow } from '../run-row.ts';
import type { AnomalyTruth } from './anomaly-truth.ts';
import { failedRun, type PlannedRows, retimed, wholeSeconds } from './planned-rows.ts';

const MINUTE_MS = 60_000;

/** Kinds that strike one run of one job. */
export type RunKind =
  | 'crash'
  | 'slow'
  | 'fast'
  | 'incomplete'
  | 'late'
  | 'missing'
  | 'extra'
  | 'overlap'
  | 'zombie';

type Truth = Omit<AnomalyTruth, 'cause' | 'causeKind' | 'subject' | 'variant' | 'file'>;

/** Minutes between two starts of a job, as far as they matter here: a day and more are a day. */
const intervalMinutes = ({ schedule }: EstateJob): number =>
  schedule.kind === 'every' ? schedule.everyMinutes : 1440;

/** How much later than planned a late run starts, least and most, minutes; less than would be the next slot's. */
function lateMinutes(job: EstateJob): [number, number] {
  if (job.schedule.kind === 'every') return [0.5 * intervalMinutes(job), 0.75 * intervalMinutes(job)];
  return job.schedule.kind === 'weekly' ? [120, 480] : [60, 240];
}

/**
 * Makes one planned run go wrong; it must have one row that succeeded. What else follows from it and would rightly be
 * found as well is told beside, as not certain.
 */
export function strikeRun(kind: RunKind, planned: PlannedRows, random: Random, date: string): Truth[] {
  const run = planned.rows[0]!;
  const usualMs = run.durationMs!;
  const truth = (
    of: RunRow | null,
    knowableMs: number,
    untilMs: number,
    given: Partial<Truth> = {},
  ): Truth => ({
    kind,
    fromMs: of?.startedAt ?? planned.startMs,
    untilMs,
    knowableMs,
    runIds: of === null ? [] : [of.runId],
    dueMs: null,
    certain: true,
    ...given,
  });
  const replaceBy = (...rows: RunRow[]) => {
    planned.rows = rows;
    planned.taken = true;
  };
  switch (kind) {
    case 'crash': {
      const durationMs = wholeSeconds(usualMs * between(random, 0.05, 0.9));
      const error = errorText(random, planned.job.traits.family, planned.job, date);
      const failed = failedRun(run, durationMs, error, planned.job.statusWords[1]);
      replaceBy(failed);
      return [truth(failed, failed.knownAt, failed.knownAt)];
    }
    case 'slow': {
      const slow = retimed(run, run.startedAt, wholeSeconds(usualMs * between(random, 2, 5)));
      replaceBy(slow);
      // The least of these is twice the usual: before that nobody can say it.
      return [truth(slow, slow.startedAt + 2 * usualMs, slow.knownAt)];
    }
    case 'fast': {
      const fast = retimed(run, run.startedAt, wholeSeconds(usualMs * between(random, 0.08, 0.25)));
      const didNothing = chance(random, 0.5);
      const done = didNothing ? { ...fast, ...rowsCut(fast, between(random, 0, 0.2), true) } : fast;
      replaceBy(done);
      const found = truth(done, done.knownAt, done.knownAt);
      return didNothing ? [found, { ...found, kind: 'incomplete', certain: false }] : [found];
    }
    case 'incomplete': {
      // Half of the time the rows never came, half of the time they were read and lost.
      const cut = { ...run, ...rowsCut(run, between(random, 0.3, 0.8), chance(random, 0.5)) };
      replaceBy(cut);
      return [truth(cut, cut.knownAt, cut.knownAt)];
    }
    case 'late': {
      const late = retimed(
        run,
        run.startedAt + wholeSeconds(between(random, ...lateMinutes(planned.job)) * MINUTE_MS),
        usualMs,
      );
      replaceBy(late);
      return [
        truth(late, planned.startMs, late.knownAt, { fromMs: planned.startMs, dueMs: planned.startMs }),
      ];
    }
    case 'missing':
      replaceBy();
      return [
        truth(null, planned.startMs, planned.startMs + intervalMinutes(planned.job) * MINUTE_MS, {
          dueMs: planned.startMs,
        }),
      ];
    case 'extra': {
      const share = between(random, 0.2, 0.5);
      const freeMs = Math.min(90, intervalMinutes(planned.job)) * MINUTE_MS - usualMs;
      const again = retimed(run, run.endedAt! + wholeSeconds(Math.max(MINUTE_MS, share * freeMs)), usualMs);
      const extra = { ...again, runId: doubled(run) };
      replaceBy(run, extra);
      return [truth(extra, extra.startedAt, extra.knownAt)];
    }
    case 'overlap': {
      const twice = retimed(run, run.startedAt + wholeSeconds(between(random, 0.2, 0.8) * usualMs), usualMs);
      const second = { ...twice, runId: doubled(run) };
      replaceBy(run, second);
      const found = truth(second, second.startedAt, second.knownAt, { runIds: [run.runId, second.runId] });
      return [found, { ...found, kind: 'extra', certain: false }];
    }
    case 'zombie': {
      replaceBy({
        ...run,
        ...{ status: 'running', statusWord: 'running', endedAt: null, durationMs: null },
        ...{ rowsRead: null, rowsWritten: null, query: '', knownAt: run.startedAt },
      });
      // It stays so; three times the usual is when one begins to wonder.
      const untilMs = run.startedAt + 400 * 1440 * MINUTE_MS;
      const found = truth(run, run.startedAt + 3 * usualMs, untilMs);
      const alsoSo = { certain: false, dueMs: planned.startMs };
      return [
        found,
        ...(['slow', 'late', 'missing', 'overlap'] as const).map((of) => ({ ...found, ...alsoSo, kind: of })),
      ];
    }
  }
}

/** Fewer rows; `alsoRead` when they were not there to read. */
const rowsCut = (run: RunRow, share: number, alsoRead: boolean) => ({
  rowsWritten: Math.round(run.rowsWritten! * share),
  rowsRead: alsoRead ? Math.round(run.rowsRead! * share) : run.rowsRead,
});

const doubled = ({ runId }: RunRow): string => `${runId}x`;
