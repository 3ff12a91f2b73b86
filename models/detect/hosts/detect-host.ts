import { type Evidence, findingOfState, type Subject } from '../finding.ts';
import { advanceHost, daysLeft, FULL_SOON_DAYS } from './advance-host.ts';
import type { Alarm } from './alarm.ts';
import type { HostFacts, HostFinding } from './host-facts.ts';
import { kindOfMetric } from './metric-class.ts';
import type { MetricWatch } from './metric-watch.ts';
import { aboutHost, runsOnHost } from './runs-on-host.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A server that told nothing for so long is gone, or no longer ours: that is no news. */
const NEWS_MS = 7 * DAY_MS;
/** A metric that was told no more for a day says nothing of now. */
const STALE_MS = DAY_MS;
/** Nobody measures more often than makes a silence of this worth a word. */
const LEAST_SILENCE_MS = 10 * MINUTE_MS;
const LEAST_SEEN = 30;
/** A silence of so many steps, and of so much more than the usual waits. */
const SILENT_STEPS = 3;
const SILENT_WAITS = 1.5;
/** The same value so often, where it would be so by a chance of one in a billion. */
const LEAST_SAME = 24;
const CHANCE_OF_SAME = 1e-9;
const LONGER_SAME = 3;

/**
 * Everything that is wrong with a host now: a metric at its limit or far out of the usual, a disk that will be full,
 * one that shows the same value on and on, a host that tells nothing. Peaks of one sample are none.
 *
 * Facts whose samples were read already (`advanceHost`) and facts with samples to read give the same findings.
 */
export function detectHost(facts: HostFacts, asOfMs: number): HostFinding[] {
  const { host, metrics, runs } = advanceHost(facts, asOfMs);
  const watched = metrics
    .map(({ metric, watch }) => ({ metric, watch: watch! }))
    .filter(({ watch }) => watch.seen > 0);
  const found: Found[] = silences(watched, asOfMs);
  for (const { metric, watch } of watched) {
    if (asOfMs - watch.lastMs > STALE_MS) continue;
    found.push(...pressure(metric, watch), ...fullSoon(metric, watch, asOfMs), ...flatLine(metric, watch));
  }
  const subject: Subject = { type: 'host', host };
  return found.map(({ what, variant, sinceMs, evidence }) => ({
    ...findingOfState({
      ...{ kind: 'host', variant, subject, what, sinceMs },
      evidence: { ...evidence, text: aboutHost(evidence.text, runs, sinceMs) },
    }),
    runsOn: runsOnHost(runs, sinceMs, asOfMs),
  }));
}

interface Found {
  what: string;
  variant: string;
  sinceMs: number;
  evidence: Evidence;
}

/** A metric at its limit, or far out of the usual: one finding, whichever it is. */
function pressure(metric: string, { beyondLimit, unusual }: MetricWatch): Found[] {
  const open = [beyondLimit, unusual].filter((alarm): alarm is Alarm => alarm?.isOpen === true);
  const [first] = open;
  if (first === undefined) return [];
  const { of, isPercent } = kindOfMetric(metric);
  const unit = isPercent ? 'percent' : null;
  const { worst: observed, usual: expected, limit } = first;
  const sinceMs = Math.min(...open.map((alarm) => alarm.sinceMs));
  return [
    { what: metric, variant: of, sinceMs, evidence: { observed, expected, limit, unit, text: metric } },
  ];
}

function fullSoon(metric: string, watch: MetricWatch, asOfMs: number): Found[] {
  if (watch.fullSoon === null) return [];
  const { sinceMs } = watch.fullSoon;
  const observed = daysLeft(watch, metric, asOfMs);
  const evidence: Evidence = { observed, expected: null, limit: FULL_SOON_DAYS, unit: 'days', text: metric };
  return [{ what: `disk-full/${metric}`, variant: 'disk-full', sinceMs, evidence }];
}

/** A metric that always moves and stands still: what measures it does, or what it measures. */
function flatLine(metric: string, { same, seen, lastMs, beyondLimit }: MetricWatch): Found[] {
  if (seen - same.count < LEAST_SEEN || same.count < LEAST_SAME || beyondLimit !== null) return [];
  const lastedMs = lastMs - same.sinceMs;
  const isChance = Math.max(same.share, 1 / seen) ** (same.count - 1) > CHANCE_OF_SAME;
  if (isChance || lastedMs <= LONGER_SAME * same.longestMs) return [];
  const evidence: Evidence = { observed: same.value, expected: null, limit: null, unit: null, text: metric };
  return [{ what: `flat/${metric}`, variant: 'flat', sinceMs: same.sinceMs, evidence }];
}

/** A host of which no metric is told any more. */
function silences(watched: readonly { watch: MetricWatch }[], asOfMs: number): Found[] {
  if (watched.length === 0) return [];
  const { watch } = watched.reduce((last, one) => (one.watch.lastMs > last.watch.lastMs ? one : last));
  const silentMs = asOfMs - watch.lastMs;
  if (watch.seen < LEAST_SEEN || silentMs > NEWS_MS) return [];
  // The third longest wait of a month is usual: two outages are not.
  const usualMs = Math.max(watch.stepMs, watch.waits.at(-1)?.ms ?? 0);
  const limit = Math.max(LEAST_SILENCE_MS, SILENT_STEPS * watch.stepMs, SILENT_WAITS * usualMs);
  if (silentMs <= limit) return [];
  const evidence: Evidence = { observed: silentMs, expected: watch.stepMs, limit, unit: 'ms', text: null };
  return [{ what: 'silent', variant: 'silent', sinceMs: watch.lastMs, evidence }];
}
