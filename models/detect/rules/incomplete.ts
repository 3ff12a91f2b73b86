import type { Usual } from '../baselines/job-baselines.ts';
import { PER_READ } from '../baselines/learn-baselines.ts';
import { learnRatio } from '../baselines/learn-usual.ts';
import type { Evidence, Finding } from '../finding.ts';
import type { RunFact } from '../job-facts.ts';
import type { Seen } from '../news.ts';
import type { JobView } from './job-view.ts';
import { judgeRuns, OPEN_SLACK, type Verdict } from './judge-runs.ts';
import { type Expected, expectedOf, type Measure, ROWS } from './usual-of-run.ts';

const ratio = (over: number | null, under: number | null): number | null =>
  over !== null && under !== null && under > 0 ? over / under : null;

const PER_EXPECTED: Measure = {
  usualIn: ({ rowsPerExpected }) => rowsPerExpected,
  numberOf: ({ rowsWritten, expectedRows }) => ratio(rowsWritten, expectedRows),
};
const perRead = ({ rowsWritten, rowsRead }: RunFact) => ratio(rowsWritten, rowsRead);

/** Of rows announced for a job whose past does not tell how exactly they are: half have to come. */
const UNKNOWN_SHARE = 0.5;
/** A job that wrote nothing at more runs than that has nothing to write now and then. */
const EMPTY_SHARE = 1 / 200;
const EMPTY_FEWEST = 20;

/**
 * A run succeeded and did less than it should. In this order, the first that is so:
 *
 * - `files`: files of its set are missing, where the log tells both numbers;
 * - what a person decided (`least-rows`);
 * - `empty`: it wrote nothing, and the job hardly ever does (at most one in 200 of at least 20 runs);
 * - `expected-rows`: fewer rows for those announced (a trailer, a control table) than normal runs bring once in years;
 *   half of them where the past does not tell;
 * - `rows-read`: fewer written for those read than once in years, by its past or the runs at hand;
 * - `usual-rows`: fewer than normal runs write once in years at that hour, weekday and time of the month. Not asked
 *   where rows are announced: then a small batch is a small batch.
 *
 * It lasts until a later run was complete. A failed run is a `crash`, whatever it left behind.
 */
export function findIncomplete(view: JobView): Seen<Finding>[] {
  return judgeRuns(view, 'incomplete', view.succeeded, (run, isOpen) => {
    const decided = view.overrides.incomplete;
    return (
      filesMissing(run) ??
      (decided === undefined ? learned(view, run, isOpen ? OPEN_SLACK : 1) : byDecision(view, run, decided))
    );
  });
}

function filesMissing({ files }: RunFact): Verdict | null {
  if (!files || files.received >= files.expected) return null;
  const { received, expected } = files;
  return {
    variant: 'files',
    evidence: { observed: received, expected, limit: expected, unit: 'files', text: null },
  };
}

function byDecision(
  view: JobView,
  run: RunFact,
  decided: NonNullable<JobView['overrides']['incomplete']>,
): Verdict | null {
  if (run.rowsWritten === null) return null;
  const expected = run.expectedRows ?? expectedOf(view, run, ROWS)?.value ?? null;
  const limit = 'leastRows' in decided ? decided.leastRows : expected && expected * decided.leastShare;
  if (limit === null || run.rowsWritten >= limit) return null;
  return { variant: 'least-rows', evidence: rowsOf(run.rowsWritten, expected, limit) };
}

function learned(view: JobView, run: RunFact, slack: number): Verdict | null {
  const { rowsWritten, expectedRows, rowsRead } = run;
  if (rowsWritten === null) return null;
  const announced = expectedRows !== null && expectedRows > 0;
  const usual = expectedOf(view, run, ROWS);
  if (rowsWritten === 0 && expectedRows !== 0 && hardlyEverEmpty(view, run)) {
    const expected = announced ? expectedRows : (usual?.value ?? null);
    return { variant: 'empty', evidence: rowsOf(0, expected, 1) };
  }
  if (announced) {
    const share = expectedOf(view, run, PER_EXPECTED);
    const least = expectedRows * (share === null ? UNKNOWN_SHARE : share.least * slack);
    if (rowsWritten < least && (share !== null || rowsWritten > 0)) {
      return { variant: 'expected-rows', evidence: rowsOf(rowsWritten, expectedRows, least) };
    }
  }
  // A ratio and a logarithm of no rows say nothing: that is `empty`, or usual.
  if (rowsWritten === 0) return null;
  const ofRead = usualPerRead(view, run);
  if (ofRead !== null && rowsRead !== null && rowsWritten < rowsRead * ofRead.least * slack) {
    const evidence = rowsOf(rowsWritten, rowsRead * ofRead.value, rowsRead * ofRead.least);
    return { variant: 'rows-read', evidence };
  }
  if (announced || usual === null || rowsWritten >= usual.least * slack) return null;
  return { variant: 'usual-rows', evidence: rowsOf(rowsWritten, usual.value, usual.least) };
}

/** What a run writes of what it reads; where histories come without rows read, by the runs before it at hand. */
function usualPerRead(view: JobView, run: RunFact): Pick<Expected, 'value' | 'least'> | null {
  const usual = view.editionOf(run)?.rowsPerRead ?? learnPerRead(view, run);
  return usual && { value: Math.exp(usual.level), least: Math.exp(usual.level - usual.below) };
}

function learnPerRead({ succeeded }: JobView, run: RunFact): Usual | null {
  const before = succeeded.filter(
    (earlier) => earlier.startedAtMs < run.startedAtMs && (perRead(earlier) ?? 0) > 0,
  );
  const shares = Float64Array.from(before, (earlier) => Math.log(perRead(earlier)!));
  const startedAtMs = Float64Array.from(before, (earlier) => earlier.startedAtMs);
  return learnRatio(shares, startedAtMs, PER_READ);
}

function hardlyEverEmpty(view: JobView, run: RunFact): boolean {
  const empty = view.editionOf(run)?.empty;
  return empty !== undefined && empty.runs >= EMPTY_FEWEST && empty.times <= EMPTY_SHARE * empty.runs;
}

const rowsOf = (observed: number, expected: number | null, limit: number): Evidence => ({
  observed,
  expected: expected === null ? null : Math.round(expected),
  limit: Math.ceil(limit),
  unit: 'rows',
  text: null,
});
