import { describe, expect, it } from 'vitest';
import type { Finding } from '../finding.ts';
import {
  finding,
  HOUR,
  job,
  MINUTE,
  NOW,
  place,
  ranWell,
  stage,
  topCause,
  world,
} from './made-up-incidents.ts';

describe('a standstill', () => {
  const JOBS = Array.from({ length: 57 }, (_, index) => index + 1);
  const estate = world(JOBS.map((id) => place(id, { usualGapMs: HOUR })));
  /** Hourly jobs, each due at a minute of its own; `asOf` a few minutes after the deadlines. */
  const dueOf = (id: number, hour: number) => NOW + hour * HOUR + (id % 10) * MINUTE;
  const missing = (id: number, hour: number) => finding('missing', job(id), { sinceMs: dueOf(id, hour) });

  it('of 87 hours is one incident, told as it is found job by job', () => {
    const { look, over } = stage(estate);
    const found: Finding[] = [];
    for (let hour = 0; hour < 87; hour++) {
      for (const half of [0, 1]) {
        const due = JOBS.filter((id) => id % 10 < 5 === (half === 0));
        found.push(...due.map((id) => missing(id, hour)));
        look(found, NOW + hour * HOUR + (half + 20) * MINUTE);
      }
    }
    expect(found).toHaveLength(87 * 57);
    const all = stage(estate);
    all.look(found, NOW + 87 * HOUR);
    expect(all.open).toHaveLength(1);
    expect(over).toEqual([]);
    // It comes back job by job too.
    const back = (id: number) => ranWell(id, dueOf(id, 87));
    for (let until = 1; until <= 57; until++) {
      const seen = JOBS.slice(0, until).map(back);
      const left = found.filter(({ subject }) => subject.type === 'job' && subject.jobId > until);
      expect(look(left, NOW + 87 * HOUR + until * MINUTE, [], seen).opened).toEqual([]);
    }
    expect(over).toMatchObject([{ id: 1, severity: 'major' }]);
    expect(over.map(topCause)).toEqual(['schedule runs']);
  });

  it('is another one when jobs ran in between', () => {
    const { look } = stage(estate);
    expect(
      look(
        JOBS.map((id) => missing(id, 0)),
        NOW + HOUR,
      ).opened,
    ).toHaveLength(1);
    const seen = JOBS.map((id) => ranWell(id, dueOf(id, 1)));
    expect(look([], NOW + 2 * HOUR, [], seen).resolved).toEqual([1]);
    expect(
      look(
        JOBS.map((id) => missing(id, 2)),
        NOW + 3 * HOUR,
        [],
        seen,
      ).opened,
    ).toHaveLength(1);
  });

  it('is none when most of the jobs ran', () => {
    const seen = JOBS.slice(5).map((id) => ranWell(id, dueOf(id, 0)));
    const { look } = stage(estate);
    expect(
      look(
        JOBS.slice(0, 5).map((id) => missing(id, 0)),
        NOW + HOUR,
        [],
        seen,
      ).opened,
    ).toHaveLength(5);
  });
});

describe('a standstill of some', () => {
  const IDS = [1, 2, 3, 4, 5, 6, 7, 8];
  const owned = IDS.map((id) => place(id, { owner: id <= 4 ? 'sales' : 'stock', usualGapMs: HOUR }));
  const late = (id: number, sinceMs = NOW) => finding('late', job(id), { sinceMs });

  it('is not the failure that one of them had before', () => {
    const { look } = stage(world(owned));
    const crash = finding('crash', job(1), { sinceMs: NOW - 3 * HOUR });
    look([crash], NOW - 3 * HOUR);
    const changes = look([crash, ...IDS.map((id) => late(id))], NOW + MINUTE);
    expect(changes.joined).toEqual([]);
    expect(changes.opened.map(({ findings }) => findings.length)).toEqual([8]);
  });

  it('of one owner is one incident while the jobs of another run', () => {
    const seen = [5, 6, 7, 8].map((id) => ranWell(id, NOW + MINUTE));
    const { look } = stage(world(owned, seen));
    expect(look([late(1), late(2), late(3)], NOW + 20 * MINUTE).opened).toHaveLength(1);
    expect(look([late(1), late(2), late(3), late(4)], NOW + 21 * MINUTE).joined).toHaveLength(1);
  });

  it('is seen from the second absence on when nobody started since, though some did just before', () => {
    const before = IDS.filter((id) => id > 2).flatMap((id) =>
      Array.from({ length: 16 }, (_, round) => ranWell(id, NOW + 30_000 + id * 1000 - round * 15 * MINUTE)),
    );
    const found = [late(1), late(2, NOW + 15 * MINUTE)];
    expect(stage(world(owned, before)).look(found, NOW + 40 * MINUTE).opened).toHaveLength(1);
    const still = [...before, ...[3, 4, 5, 6].map((id) => ranWell(id, NOW + 16 * MINUTE))];
    expect(stage(world(owned, still)).look(found, NOW + 40 * MINUTE).opened).toHaveLength(2);
  });

  it('takes in its last slots, found when most jobs are back', () => {
    const { look } = stage(world(owned));
    const found = IDS.slice(1).map((id) => late(id));
    look(found, NOW + 20 * MINUTE);
    const back = IDS.slice(1, 7).map((id) => ranWell(id, NOW + 21 * MINUTE));
    look(found.slice(6), NOW + 22 * MINUTE, [], back);
    const changes = look([...found.slice(6), late(1, NOW + 5 * MINUTE)], NOW + 25 * MINUTE, [], back);
    expect(changes).toMatchObject({ opened: [], joined: [{ incidentId: 1 }] });
  });

  it('leaves alone the one that was absent hours before, while others ran', () => {
    const seen = IDS.filter((id) => id > 1).map((id) => ranWell(id, NOW - HOUR / 2));
    const { look } = stage(world(owned, seen));
    const found = [late(1, NOW - HOUR), ...IDS.filter((id) => id > 1).map((id) => late(id))];
    expect(look(found, NOW + 20 * MINUTE).opened.map(({ findings }) => findings.length)).toEqual([1, 7]);
  });
});
