import type { JobBaselines } from './baselines/job-baselines.ts';
import { FINDING_KINDS, type Finding } from './finding.ts';
import type { JobFacts } from './job-facts.ts';
import type { JobOverrides } from './job-overrides.ts';
import { isNews } from './news.ts';
import { findAbsence } from './rules/absence.ts';
import { findCrash } from './rules/crash.ts';
import { findExtra } from './rules/extra.ts';
import { findFast } from './rules/fast.ts';
import { findIncomplete } from './rules/incomplete.ts';
import { type JobRule, viewJob } from './rules/job-view.ts';
import { findOverlap } from './rules/overlap.ts';
import { findSlow } from './rules/slow.ts';
import { findZombie } from './rules/zombie.ts';

const RULES: readonly JobRule[] = [
  findCrash,
  findSlow,
  findFast,
  findIncomplete,
  findAbsence,
  findExtra,
  findOverlap,
  findZombie,
];

const NOTHING: ReadonlySet<string> = new Set();

const byKind = (a: Finding, b: Finding) =>
  FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind) ||
  a.sinceMs - b.sinceMs ||
  (a.key < b.key ? -1 : 1);

/**
 * Everything that is wrong with a job now, and once what was wrong with runs and slots that became known since
 * `newsSinceMs` and is over. A finding that is no longer in the answer has ended.
 *
 * What happened more than NEWS_DAYS before `asOfMs` is not told, unless it lasts and its key is in `open`: loading a
 * year of old logs finds nothing of last spring, and a monthly job stays broken for a month.
 *
 * A run is judged by what was usual before it began (`baselines/`); where that is not known, nothing is said of its
 * duration and rows.
 *
 * @param newsSinceMs when it was last looked
 * @param open keys of the job's findings that are open
 * @returns each key once, by kind, then since
 */
export function detectJob(
  facts: JobFacts,
  baselines: JobBaselines | null,
  overrides: JobOverrides,
  asOfMs: number,
  newsSinceMs: number,
  open: ReadonlySet<string> = NOTHING,
): Finding[] {
  const window = { asOfMs, newsSinceMs, open };
  const view = viewJob(facts, baselines, overrides, window);
  const findings = new Map<string, Finding>();
  for (const rule of RULES) {
    for (const seen of rule(view)) {
      const { what } = seen;
      if (overrides.ignore?.includes(what.kind) || !isNews(seen, what.key, window)) continue;
      findings.set(what.key, what);
    }
  }
  return [...findings.values()].sort(byKind);
}
