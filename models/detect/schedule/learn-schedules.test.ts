import { describe, expect, it } from 'vitest';
import { calendarNamed } from '../../features/holiday-calendar.ts';
import { type LearningJob, learnSchedules } from './learn-schedules.ts';
import { localRhythms, madeUpRuns } from './made-up-starts.ts';
import { rhythmText } from './schedule-text.ts';

const DAY = 86_400_000;
const TO = Date.parse('2026-03-01T00:00Z');
const calendar = calendarNamed('FR');

const job = (zone: string, days: number, host: string | null, seed = 1): LearningJob => {
  const rhythm = localRhythms(zone)['daily at 02:30']!;
  const { history } = madeUpRuns({ rhythm }, { fromMs: TO - days * DAY, toMs: TO, seed, calendar });
  return { history: { ...history, host }, tellsStarts: false, declared: null };
};
const learned = (jobs: LearningJob[]) =>
  learnSchedules(jobs, TO, { timeZone: 'Europe/Paris', calendar }).map((schedule) =>
    schedule === null ? null : rhythmText(schedule.rhythm, 'en'),
  );
const UTC = 'every day at 02:30 (UTC)';
const PARIS = 'every day at 02:30 (Europe/Paris)';

describe('learnSchedules', () => {
  it('has nothing to learn from nothing', () => {
    expect(learned([])).toEqual([]);
    expect(learned([job('UTC', 2, 'a')])).toEqual([null]);
  });

  it('takes the clock of a young job from the others of its host, else of the estate, else as given', () => {
    const old = [1, 2, 3].map((seed) => job('UTC', 200, 'a', seed));
    const others = [4, 5, 6, 7, 8, 9].map((seed) => job('Europe/Paris', 200, 'b', seed));
    expect(learned([...old, job('UTC', 30, 'a')])[3]).toBe(UTC);
    expect(learned([...old, job('UTC', 30, 'c')])[3]).toBe(UTC);
    expect(learned([...old, job('UTC', 30, null)])[3]).toBe(UTC);
    const all = learned([...old, ...others, job('UTC', 30, 'a'), job('Europe/Paris', 30, 'b')]);
    expect(all.slice(-2)).toEqual([UTC, PARIS]);
    expect(learned([...old.slice(1), job('UTC', 30, 'a')])[2]).toBe('every day at 03:30 (Europe/Paris)');
  });
});
