import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarNamed, frenchHolidays } from '../../features/holiday-calendar.ts';
import type { MadeUpRun } from '../../features/made-up-jobs.ts';
import { seededRandom } from '../../random.ts';
import { ZoneClock } from '../schedule/zone-clock.ts';
import { type Edition, editionFor, type JobBaselines } from './job-baselines.ts';
import { learnBaselines } from './learn-baselines.ts';
import { afterDays, daily, historyOf } from './made-up-past.ts';
import { seasonAt } from './usual-at.ts';

const HOUR_MS = 3_600_000;
const newest = (runs: MadeUpRun[], asOfMs: number): Edition =>
  learnBaselines(historyOf(runs), asOfMs)!.editions[0]!;
const usualMs = ({ duration }: Edition, atMs: number) =>
  Math.exp(duration!.level + seasonAt(duration!, atMs, frenchHolidays));

describe('learnBaselines', () => {
  it('knows nothing of no runs, of one, and of five', () => {
    for (const days of [0, 1, 5]) expect(learnBaselines(historyOf(daily(days)), afterDays(days))).toBeNull();
  });

  it('knows what a run takes and writes, and says of how many runs', () => {
    const edition = newest(daily(60), afterDays(60));
    expect(edition.runs).toBe(60);
    expect(Math.abs(usualMs(edition, afterDays(60)) / 600_000 - 1)).toBeLessThan(0.1);
    expect(Math.abs(Math.exp(edition.rows!.level) / 1000 - 1)).toBeLessThan(0.1);
    expect(Math.exp(edition.duration!.above)).toBeLessThan(2);
    expect(edition).toMatchObject({
      empty: { runs: 60, times: 0 },
      rowsPerExpected: null,
      rowsPerRead: null,
    });
    expect(edition.failed).toEqual({ runs: 60, times: 0 });
    expect(edition.overlapping).toEqual({ runs: 59, times: 0 });
  });

  it('says nothing of durations and rows that are not told, or all zero, or of runs that all failed', () => {
    const untold = newest(
      daily(30, () => ({ durationMs: Number.NaN, rowsWritten: Number.NaN })),
      afterDays(30),
    );
    expect(untold).toMatchObject({ runs: 30, duration: null, rows: null, overlapping: null, endLag: null });
    const zero = newest(
      daily(30, () => ({ durationMs: 0, rowsWritten: 0 })),
      afterDays(30),
    );
    expect(zero).toMatchObject({ duration: null, rows: null, empty: { runs: 30, times: 30 } });
    const failed = newest(
      daily(30, () => ({ status: 'failed' })),
      afterDays(30),
    );
    expect(failed).toMatchObject({ duration: null, rows: null, failed: { runs: 30, times: 30 } });
  });

  it('has no NaN in it whatever is told, and is plain JSON', () => {
    const told = fc.constantFrom(Number.NaN, 0, 1, 5000, 86_400_000);
    const run = fc.record({
      hours: fc.integer({ min: 0, max: 60 }),
      status: fc.constantFrom(
        'succeeded' as const,
        'failed' as const,
        'cancelled' as const,
        'running' as const,
      ),
      durationMs: told,
      rowsWritten: told,
      expectedRows: told,
    });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 40 }), (given) => {
        let startedAt = afterDays(0);
        const runs = given.map(({ hours, ...rest }) => {
          startedAt += hours * HOUR_MS;
          return { startedAt, ...rest };
        });
        const baselines = learnBaselines(historyOf(runs), startedAt + HOUR_MS);
        expect(JSON.parse(JSON.stringify(baselines))).toEqual(baselines);
        expect(JSON.stringify(baselines).length).toBeLessThan(4000);
      }),
    );
  });

  it('changes with the scale of durations as they do', () => {
    fc.assert(
      fc.property(fc.constantFrom(0.1, 0.5, 3, 40), (scale) => {
        const plain = newest(daily(60), afterDays(60));
        const scaled = newest(
          daily(60, (run) => ({ durationMs: scale * run.durationMs!, knownAt: run.startedAt })),
          afterDays(60),
        );
        expect(usualMs(scaled, afterDays(60)) / usualMs(plain, afterDays(60)) / scale).toBeCloseTo(1, 3);
        expect(scaled.duration!.above).toBeCloseTo(plain.duration!.above, 3);
        expect(scaled.duration!.below).toBeCloseTo(plain.duration!.below, 3);
      }),
    );
  });

  it('learns the same whatever began or became known later', () => {
    const past = daily(40);
    const asOfMs = afterDays(40);
    const alone = learnBaselines(historyOf(past), asOfMs);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.boolean(), (durationMs, lateNews) => {
        const other: MadeUpRun = lateNews
          ? { startedAt: afterDays(38), status: 'succeeded', durationMs, knownAt: asOfMs + 1 }
          : { startedAt: asOfMs, status: 'succeeded', durationMs, knownAt: asOfMs };
        const { editions } = learnBaselines(historyOf([...past, other]), asOfMs)!;
        expect(editions[0]).toEqual(alone!.editions[0]);
      }),
      { numRuns: 20 },
    );
  });

  it('judges each of the last days, and the last run of a rare job, by an edition it is not part of', () => {
    const asOfMs = afterDays(60);
    const baselines = learnBaselines(historyOf(daily(60)), asOfMs)!;
    expect(editionFor(baselines, asOfMs + 1)?.cutMs).toBe(asOfMs);
    expect(editionFor(baselines, asOfMs - 1)?.cutMs).toBe(asOfMs - 7 * 24 * HOUR_MS);
    expect(editionFor(baselines, asOfMs - 8 * 24 * HOUR_MS)).toBeNull();
    const monthly = daily(600).filter((_, day) => day % 30 === 0);
    const rare = learnBaselines(historyOf(monthly), asOfMs + 540 * 24 * HOUR_MS)!;
    expect(editionFor(rare, monthly.at(-1)!.startedAt)).not.toBeNull();
    for (const { cutMs, duration } of rare.editions) {
      const part = monthly.filter(
        ({ startedAt }) => startedAt < cutMs && startedAt >= cutMs - 400 * 24 * HOUR_MS,
      );
      expect(duration!.runs).toBe(part.length);
    }
  });

  it('learns hours, weekdays and month ends', () => {
    const random = seededRandom(9);
    const runs = Array.from({ length: 24 * 120 }, (_, hour): MadeUpRun => {
      const startedAt = afterDays(0) + hour * HOUR_MS;
      const date = new Date(startedAt);
      const tomorrow = new Date(startedAt + 48 * HOUR_MS).getUTCDate();
      const night = date.getUTCHours() < 6 ? 0.5 : 1;
      const sunday = date.getUTCDay() === 0 ? 0.4 : 1;
      const closing = date.getUTCDate() === 1 || tomorrow <= 2 ? 2 : 1;
      const durationMs = 60_000 * night * sunday * closing * Math.exp(0.1 * random.normal());
      return { startedAt, knownAt: startedAt + durationMs, status: 'succeeded', durationMs };
    });
    const edition = newest(runs, afterDays(120));
    expect(usualMs(edition, Date.UTC(2026, 4, 6, 12)) / 60_000).toBeCloseTo(1, 1);
    expect(usualMs(edition, Date.UTC(2026, 4, 6, 3)) / 30_000).toBeCloseTo(1, 1);
    // Shrunk by the few Sundays and month ends that there were.
    expect(usualMs(edition, Date.UTC(2026, 4, 10, 12)) / 60_000).toBeLessThan(0.55);
    expect(usualMs(edition, Date.UTC(2026, 4, 29, 12)) / 60_000).toBeLessThan(1.2);
    expect(usualMs(edition, Date.UTC(2026, 4, 30, 12)) / 60_000).toBeGreaterThan(1.5);
    expect(edition.duration!.above).toBeLessThan(Math.log(1.8));
  });

  it('keeps its limits when three of 60 runs of the past were ten times as long', () => {
    const clean = newest(daily(60), afterDays(60)).duration!;
    const odd = daily(60, (run, day) => (day % 20 === 7 ? { durationMs: 10 * run.durationMs! } : {}));
    expect(newest(odd, afterDays(60)).duration!.above).toBeLessThan(1.2 * clean.above);
  });

  it('learns what rows cost, where they cost anything', () => {
    const random = seededRandom(8);
    const costly = daily(60, () => {
      const rows = Math.exp(7 + 0.4 * random.normal());
      const durationMs = Math.round(500 * rows ** 0.8 * Math.exp(0.05 * random.normal()));
      return { rowsWritten: Math.round(rows), durationMs };
    });
    const { duration, durationForRows } = newest(costly, afterDays(60));
    expect(durationForRows!.share).toBeCloseTo(0.8, 1);
    expect(durationForRows!.usual.above).toBeLessThan(0.6 * duration!.above);
    const nothing = daily(60, () => ({ rowsWritten: 0 }));
    expect(newest(nothing, afterDays(60)).durationForRows).toBeNull();
  });

  it('is as patient with a job by the day, however often it runs', () => {
    const often = (everyHours: number) => {
      const random = seededRandom(3);
      const runs = Array.from({ length: 600 }, (_, i): MadeUpRun => {
        const startedAt = afterDays(0) + i * everyHours * HOUR_MS;
        const durationMs = 600_000 * Math.exp(0.2 * random.normal());
        return { startedAt, knownAt: startedAt, status: 'succeeded', durationMs };
      });
      return newest(runs, afterDays(0) + 600 * everyHours * HOUR_MS).duration!.above;
    };
    expect(often(0.25)).toBeGreaterThan(1.05 * often(24));
  });

  it('learns days of the clock on the wall, across a change of the clock', () => {
    const paris = ZoneClock.of('Europe/Paris');
    // At 01:30 in Paris it is the same day in UTC in winter, the day before in summer.
    const at = (day: number) => paris.toInstant(afterDays(day) + 1.5 * HOUR_MS);
    const isSunday = (day: number) => new Date(afterDays(day)).getUTCDay() === 0;
    const runs = daily(95, (run, day) => {
      const durationMs = run.durationMs! * (isSunday(day) ? 0.4 : 1);
      return { startedAt: at(day), knownAt: at(day) + durationMs, durationMs };
    });
    const usualOn = (baselines: JobBaselines, day: number) => {
      const { duration } = baselines.editions[0]!;
      const wallMs = ZoneClock.of(baselines.timeZone).toLocal(at(day));
      return Math.exp(duration!.level + seasonAt(duration!, wallMs, frenchHolidays)) / 600_000;
    };
    const sunday = Array.from({ length: 7 }, (_, i) => 95 + i).find(isSunday)!;
    const asOfMs = afterDays(95);
    const byWall = learnBaselines(historyOf(runs), asOfMs, { timeZone: 'Europe/Paris' })!;
    expect(usualOn(byWall, sunday)).toBeLessThan(0.5);
    expect(usualOn(byWall, sunday + 1)).toBeGreaterThan(0.85);
    // By UTC that Sunday is a Saturday.
    const byUtc = learnBaselines(historyOf(runs), asOfMs)!;
    expect(byUtc.timeZone).toBe('UTC');
    expect(usualOn(byUtc, sunday)).toBeGreaterThan(0.8);
  });

  it('follows a level that grows, and one that changed two weeks ago', () => {
    const grows = newest(
      daily(180, (run, day) => ({ durationMs: run.durationMs! * 1.004 ** day })),
      afterDays(180),
    );
    expect(usualMs(grows, afterDays(180)) / (600_000 * 1.004 ** 180)).toBeGreaterThan(0.9);
    const changed = newest(
      daily(90, (run, day) => ({ durationMs: run.durationMs! * (day < 76 ? 1 : 3) })),
      afterDays(90),
    );
    expect(Math.abs(usualMs(changed, afterDays(90)) / 1_800_000 - 1)).toBeLessThan(0.1);
  });

  it('learns what holidays add, and does not know before three of them', () => {
    // From 5 January on: Easter Monday is the first holiday, Assumption the seventh.
    const onHolidays = (run: MadeUpRun, share: number) =>
      frenchHolidays.holidayOn(Math.floor(run.startedAt / (24 * HOUR_MS))) === null ? 1 : share;
    const runs = daily(250, (run) => ({ durationMs: run.durationMs! * onHolidays(run, 0.5) }));
    const [edition] = learnBaselines(historyOf(runs), afterDays(250))!.editions;
    const allSaints = Date.UTC(2026, 10, 1, 6);
    expect(usualMs(edition!, allSaints) / usualMs(edition!, allSaints + 7 * 24 * HOUR_MS)).toBeLessThan(0.65);
    expect(newest(daily(100), afterDays(100)).duration!.holiday).toBeNull();
    const none = learnBaselines(historyOf(runs), afterDays(250), { calendar: calendarNamed('none') })!;
    expect(none).toMatchObject({ calendar: 'none', editions: [{ duration: { holiday: null } }, {}] });
    expect(edition!.duration!.below).toBeLessThan(none.editions[0]!.duration!.below + 1e-9);
  });

  it('counts overlaps, retries and how long ends take to be known', () => {
    const twice = daily(30, (_, day) => (day % 2 ? {} : { durationMs: 25 * HOUR_MS }));
    expect(newest(twice, afterDays(31)).overlapping).toEqual({ runs: 29, times: 15 });
    const retried = daily(30).flatMap((run): MadeUpRun[] => [
      { ...run, status: 'failed' },
      { ...run, startedAt: run.startedAt + 1_000_000, knownAt: run.startedAt + 2_000_000 },
    ]);
    expect(newest(retried, afterDays(30)).retried).toEqual({ runs: 30, times: 30 });
    const shipped = daily(30, (run) => ({ knownAt: run.startedAt + run.durationMs! + 5000 }));
    expect(newest(shipped, afterDays(30)).endLag).toEqual({ usualMs: 5000, upperMs: 1_800_000 });
    const told = learnBaselines(historyOf(shipped), afterDays(30), { shippingLagMs: 60_000 })!.editions[0]!;
    expect(told.endLag).toEqual({ usualMs: 5000, upperMs: 60_000 });
    expect(newest(daily(30), afterDays(30)).endLag).toEqual({ usualMs: 0, upperMs: 0 });
  });
});
