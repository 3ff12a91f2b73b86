import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FindingKind, type Subject, subjectKey } from '../finding.ts';
import { isQuiet } from './incident-changes.ts';
import { finding, HOUR, job, MINUTE, NOW, place, ranWell, stage, world } from './made-up-incidents.ts';

describe('whatever happens', () => {
  const KINDS = ['crash', 'late', 'missing', 'slow', 'incomplete', 'risk', 'extra'] as const;
  const PLACES = Array.from({ length: 8 }, (_, id) =>
    place(id, {
      host: `srv-${id % 3}`,
      source: id < 6 ? 'runs' : 'events',
      upstream: id > 5 ? [id - 1] : [],
    }),
  );
  const hosts = ['srv-0', 'srv-1'].map((host): Subject => ({ type: 'host', host }));
  const sources = ['runs', 'events'].map((source): Subject => ({ type: 'source', source }));
  const minute = fc.integer({ min: 0, max: 600 }).map((minutes) => NOW - minutes * MINUTE);
  const anyFinding = fc.oneof(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      subject: fc.integer({ min: 0, max: 7 }).map(job),
      sinceMs: minute,
      family: fc.constantFrom(null, 'could not reach host *', 'no space left on device'),
      course: fc.constantFrom('new' as const, 'chronic' as const, 'flapping' as const),
    }),
    fc.record({ kind: fc.constant('host' as const), subject: fc.constantFrom(...hosts), sinceMs: minute }),
    fc.record({
      kind: fc.constant('freshness' as const),
      subject: fc.constantFrom(...sources),
      sinceMs: minute,
    }),
  );
  const made = ({ kind, subject, ...more }: { kind: FindingKind; subject: Subject; sinceMs: number }) =>
    finding(kind, subject, more);
  const anyLook = fc.array(anyFinding.map(made), { maxLength: 14 });
  const anySeen = fc.array(
    fc
      .record({ jobId: fc.integer({ min: 0, max: 7 }), at: minute })
      .map(({ jobId, at }) => ranWell(jobId, at)),
    { maxLength: 6 },
  );
  const EVERYTHING = [...hosts, ...sources].map(subjectKey);

  it('each finding is in one incident, what ended alone resolves, and the same look again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyLook, anySeen), { maxLength: 6 }), (looks) => {
        const all = stage(world(PLACES));
        for (const [index, [found, seen]] of looks.entries()) {
          const asOfMs = NOW + index * 20 * MINUTE;
          const before = new Set(all.open.map(({ id }) => id));
          const changes = all.look(found, asOfMs, EVERYTHING, seen);
          const lasting = all.open.flatMap(({ findings }) =>
            findings.filter(({ endedMs }) => endedMs === null),
          );
          const keys = lasting.map(({ key }) => key);
          expect(new Set(keys).size).toBe(keys.length);
          for (const { key } of found) expect(keys).toContain(key);
          const foundKeys = new Set(found.map(({ key }) => key));
          for (const { key, course, quietMs } of lasting) {
            if (!foundKeys.has(key)) expect([course, quietMs !== null]).toEqual(['flapping', true]);
          }
          for (const { findings, causes, resolvedMs } of all.open) {
            expect(findings.some(({ endedMs }) => endedMs === null)).toBe(true);
            expect(resolvedMs).toBeNull();
            expect(causes.length).toBeGreaterThan(0);
            expect(causes.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(1 + 1e-9);
          }
          for (const id of changes.resolved) expect(before.has(id)).toBe(true);
          for (const { findings } of all.over)
            expect(findings.every(({ endedMs }) => endedMs !== null)).toBe(true);
          expect(isQuiet(all.look(found, asOfMs, EVERYTHING, seen))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the order of the findings does not matter', () => {
    fc.assert(
      fc.property(
        anyLook,
        anyLook,
        anySeen,
        fc.array(fc.nat(), { maxLength: 14 }),
        (first, found, seen, order) => {
          const looks = [
            found,
            found.toSorted((a, b) => order[found.indexOf(a)]! - order[found.indexOf(b)]!),
          ].map((second) => {
            const all = stage(world(PLACES));
            all.look(first, NOW, EVERYTHING, seen);
            return all.look(second, NOW + HOUR, EVERYTHING, seen);
          });
          expect(looks[1]).toEqual(looks[0]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('nothing moves from one incident to another', () => {
    fc.assert(
      fc.property(fc.array(anyLook, { maxLength: 5 }), (looks) => {
        const all = stage(world(PLACES));
        const home = new Map<string, number>();
        for (const [index, found] of looks.entries()) {
          all.look(found, NOW + index * HOUR, EVERYTHING);
          for (const incident of all.open) {
            for (const { key, foundMs } of incident.findings) {
              const what = `${key} ${foundMs}`;
              expect(home.get(what) ?? incident.id).toBe(incident.id);
              home.set(what, incident.id);
            }
          }
        }
      }),
    );
  });
});
