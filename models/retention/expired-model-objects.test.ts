import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiredModelObjects, type RegistryFacts, type StoredObject } from './expired-model-objects.ts';

const KEEP_FROM_MS = 1_000;
const NOTHING: RegistryFacts = {
  ...{ versions: [], contestants: [], aliased: [], changes: [], forecasts: [], verdicts: [] },
};
const versionOf = (version: number, registeredMs = 1) => ({
  ...{ model: 'm', version, registeredMs },
  ...{ artifact: `a${version}`, manifest: `m${version}`, files: [`f${version}`] },
  ...{ snapshot: `s${version}`, predictions: `p${version}` },
});
const stored = (bucket: StoredObject['bucket'], key: string, storedMs = 1): StoredObject => ({
  ...{ bucket, key, storedMs, bytes: 1 },
});
const ofVersion = (n: number): StoredObject[] => [
  ...[`a${n}`, `m${n}`, `f${n}`, `m${n}.0011223344556677.sig`].map((key) => stored('models', key)),
  ...[`s${n}`, `p${n}`].map((key) => stored('training', key)),
];
const leftOf = (facts: Partial<RegistryFacts>, objects = ofVersion(1)) => {
  const gone = expiredModelObjects(objects, { ...NOTHING, versions: [versionOf(1)], ...facts }, KEEP_FROM_MS);
  return objects.filter((object) => !gone.includes(object)).map(({ key }) => key);
};
const ALL = ['a1', 'm1', 'f1', 'm1.0011223344556677.sig', 's1', 'p1'];
const SERVING = ALL.slice(0, 4);

describe('expiredModelObjects', () => {
  it.each<[string, Partial<RegistryFacts>, string[]]>([
    ['nothing', {}, []],
    ['an alias', { aliased: [{ model: 'm', version: 1 }] }, ALL],
    ['the alias of another', { aliased: [{ model: 'm', version: 2 }] }, []],
    ['a forecast of any age', { forecasts: [{ model: 'm', version: 1 }] }, ALL],
    ['its own youth', { versions: [versionOf(1, KEEP_FROM_MS)] }, ALL],
    [
      'a change of late',
      { changes: [{ model: 'm', fromVersion: null, toVersion: 1, atMs: KEEP_FROM_MS }] },
      ALL,
    ],
    [
      'having lost an alias of late',
      { changes: [{ model: 'm', fromVersion: 1, toVersion: 2, atMs: 2_000 }] },
      ALL,
    ],
    ['a change of long ago', { changes: [{ model: 'm', fromVersion: 1, toVersion: 2, atMs: 999 }] }, SERVING],
    [
      'a verdict of late',
      { verdicts: [{ model: 'm', challengerVersion: 1, championVersion: 0, decidedMs: 2_000 }] },
      ALL,
    ],
    [
      'having been compared with long ago',
      { verdicts: [{ model: 'm', challengerVersion: 2, championVersion: 1, decidedMs: 5 }] },
      SERVING,
    ],
  ])('a version is held by %s', (_, facts, kept) => expect(leftOf(facts)).toEqual(kept));

  it('keeps what was stored of late, and contestants of late with what they were trained on', () => {
    const young = [stored('models', 'x', KEEP_FROM_MS), stored('training', 'y', 2_000)];
    expect(leftOf({}, young)).toEqual(['x', 'y']);
    const contestant = { snapshot: 's9', artifact: 'a9', predictions: 'p9', report: null };
    const objects = ['s9', 'a9', 'p9', 'other'].map((key) => stored('training', key));
    expect(leftOf({ contestants: [{ ...contestant, atMs: KEEP_FROM_MS }] }, objects)).toEqual([
      's9',
      'a9',
      'p9',
    ]);
    expect(leftOf({ contestants: [{ ...contestant, atMs: 1 }] }, objects)).toEqual([]);
  });

  it('never takes what an alias, a forecast, the history or a verdict needs, whatever else there is', () => {
    const instant = fc.integer({ min: 0, max: 2_000 });
    const number = fc.integer({ min: 1, max: 6 });
    // Few keys, so that versions share objects.
    const key = fc.constantFrom(...'abcdefgh');
    const named = fc.record({ model: fc.constantFrom('m', 'n'), version: number });
    const facts = fc.record({
      versions: fc.uniqueArray(
        fc.record({
          ...{ model: fc.constantFrom('m', 'n'), version: number, registeredMs: instant },
          ...{ artifact: key, manifest: key, files: fc.array(key, { maxLength: 2 }), snapshot: key },
          predictions: fc.option(key),
        }),
        { selector: ({ model, version }) => `${model}/${version}` },
      ),
      contestants: fc.array(
        fc.record({
          snapshot: key,
          atMs: instant,
          artifact: fc.option(key),
          predictions: fc.option(key),
          report: fc.option(key),
        }),
      ),
      aliased: fc.array(named, { maxLength: 3 }),
      changes: fc.array(
        fc.record({
          ...{
            model: fc.constantFrom('m', 'n'),
            fromVersion: fc.option(number),
            toVersion: fc.option(number),
          },
          atMs: instant,
        }),
        { maxLength: 4 },
      ),
      forecasts: fc.array(named, { maxLength: 3 }),
      verdicts: fc.array(
        fc.record({
          ...{ model: fc.constantFrom('m', 'n'), challengerVersion: number },
          ...{ championVersion: fc.nat(6), decidedMs: instant },
        }),
        { maxLength: 4 },
      ),
    });
    const objects = fc.array(
      fc.record({
        ...{ bucket: fc.constantFrom('models' as const, 'training' as const), storedMs: instant },
        key: fc.oneof(
          key,
          key.map((hash) => `${hash}.0011223344556677.sig`),
        ),
        bytes: fc.nat(),
      }),
    );
    fc.assert(
      fc.property(objects, facts, instant, (there, known, keepFromMs) => {
        const gone = expiredModelObjects(there, known, keepFromMs);
        const isGone = (bucket: string, hash: string | null) =>
          gone.some((object) => object.bucket === bucket && object.key.split('.')[0] === hash);
        const isNamed = (model: string, version: number, by: readonly { model: string; version: number }[]) =>
          by.some((one) => one.model === model && one.version === version);
        for (const { model, version, artifact, manifest, files, snapshot, predictions } of known.versions) {
          const told = (at: (ms: number) => boolean) =>
            known.changes.some(
              (one) =>
                one.model === model && [one.fromVersion, one.toVersion].includes(version) && at(one.atMs),
            ) ||
            known.verdicts.some(
              (one) =>
                one.model === model &&
                [one.challengerVersion, one.championVersion].includes(version) &&
                at(one.decidedMs),
            );
          const isHeld = isNamed(model, version, known.aliased) || isNamed(model, version, known.forecasts);
          if (isHeld || told(() => true)) {
            for (const hash of [artifact, manifest, ...files]) expect(isGone('models', hash)).toBe(false);
          }
          if (isHeld || told((ms) => ms >= keepFromMs)) {
            for (const hash of [snapshot, predictions]) expect(isGone('training', hash)).toBe(false);
          }
        }
        for (const object of gone) expect(object.storedMs).toBeLessThan(keepFromMs);
        // Done again with what is left it takes nothing more; and what nobody knows of goes once it is old.
        const left = there.filter((object) => !gone.includes(object));
        expect(expiredModelObjects(left, known, keepFromMs)).toEqual([]);
        expect(expiredModelObjects(there, NOTHING, keepFromMs)).toEqual(
          there.filter(({ storedMs }) => storedMs < keepFromMs),
        );
      }),
      { numRuns: 500 },
    );
  });
});
