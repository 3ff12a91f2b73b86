import { calendarNamed } from '../../features/holiday-calendar.ts';
import { ZoneClock } from '../schedule/zone-clock.ts';
import type { SourceFacts } from './source-facts.ts';
import type { SourceFinding } from './source-finding.ts';
import { usualSilence } from './usual-silence.ts';

const DAY_MS = 86_400_000;
/** What has been silent for longer than this, and than four usual silences, is no source any more. */
const NEWS_MS = 30 * DAY_MS;

/**
 * A source that usually tells something and tells nothing (`silent`), or sends files in which nothing is new
 * (`stale`). What its contract allows counts before what was learned.
 */
export function findSilence(facts: SourceFacts, asOfMs: number): SourceFinding[] {
  const { toldMs, freshnessMs, timeZone, calendar, files } = facts;
  const known = toldMs.filter((at) => at <= asOfMs);
  const last = known.at(-1);
  if (last === undefined) return [];
  const silentMs = asOfMs - last;
  const clock = ZoneClock.of(timeZone ?? 'UTC');
  const local = (at: number) => clock.toLocal(at);
  const usual =
    freshnessMs !== null ? null : usualSilence(known.map(local), local(asOfMs), calendarNamed(calendar));
  const limit = freshnessMs ?? usual?.limitMs;
  if (limit === undefined || silentMs - (usual?.daysOff ?? 0) * DAY_MS <= limit) return [];
  if (silentMs > Math.max(NEWS_MS, 4 * limit)) return [];
  const isSending = files.some(
    ({ receivedAtMs, state }) => receivedAtMs > last && receivedAtMs <= asOfMs && state === 'loaded',
  );
  const variant = isSending ? 'stale' : 'silent';
  const expected = usual?.usualMs ?? null;
  const evidence = { observed: silentMs, expected, limit, unit: 'ms', text: null } as const;
  return [{ kind: 'freshness', variant, what: 'silence', sinceMs: last, evidence }];
}
