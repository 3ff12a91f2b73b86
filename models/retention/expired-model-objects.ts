/** Everything in the database that needs an object of the buckets `models` and `training`. Instants are epoch milliseconds. */
export interface RegistryFacts {
  versions: readonly RegisteredObjects[];
  contestants: readonly ContestantObjects[];
  /** Versions an alias stands at. */
  aliased: readonly VersionName[];
  /** Changes of aliases; a version that lost or got one at `atMs`. */
  changes: readonly { model: string; fromVersion: number | null; toVersion: number | null; atMs: number }[];
  /** Versions that made a forecast or prediction that is kept, or were to make it. */
  forecasts: readonly VersionName[];
  /** `championVersion` 0: there was none. */
  verdicts: readonly {
    model: string;
    challengerVersion: number;
    championVersion: number;
    decidedMs: number;
  }[];
}

export interface VersionName {
  model: string;
  version: number;
}

/** What a version is made of: keys. */
export interface RegisteredObjects extends VersionName {
  registeredMs: number;
  artifact: string;
  manifest: string;
  /** The files of a model trained elsewhere. */
  files: readonly string[];
  snapshot: string;
  /** Null: registered before this was told. */
  predictions: string | null;
}

/** What a contestant left in the bucket `training`; null where it was not trained. */
export interface ContestantObjects {
  snapshot: string;
  atMs: number;
  artifact: string | null;
  predictions: string | null;
  report: string | null;
}

export interface StoredObject {
  bucket: 'models' | 'training';
  /** A hash; of a signature, that of its manifest, a full stop, and more. */
  key: string;
  storedMs: number;
  bytes: number;
}

const nameOf = (model: string, version: number): string => `${model}/${version}`;

/**
 * The objects that nothing needs any more.
 *
 * - What was stored, registered or trained since `keepFromMs` stays.
 * - A version that an alias stands at, that had or lost one since then, that made a forecast, or that the gate judged since
 *   then, keeps all it was made of, also its training data: it can be rebuilt.
 * - A version that was ever in the history, or in a verdict, keeps bytes, manifest and signatures: it can serve again.
 */
export function expiredModelObjects(
  objects: readonly StoredObject[],
  facts: RegistryFacts,
  keepFromMs: number,
): StoredObject[] {
  const { whole, served } = neededVersions(facts, keepFromMs);
  const models = new Set<string>();
  const training = new Set<string>();
  for (const {
    model,
    version,
    registeredMs,
    artifact,
    manifest,
    files,
    snapshot,
    predictions,
  } of facts.versions) {
    const name = nameOf(model, version);
    const isWhole = whole.has(name) || registeredMs >= keepFromMs;
    if (!isWhole && !served.has(name)) continue;
    for (const key of [artifact, manifest, ...files]) models.add(key);
    if (!isWhole) continue;
    for (const key of [snapshot, predictions]) if (key !== null) training.add(key);
  }
  for (const { snapshot, atMs, artifact, predictions, report } of facts.contestants) {
    if (atMs < keepFromMs) continue;
    for (const key of [snapshot, artifact, predictions, report]) if (key !== null) training.add(key);
  }
  const needed = { models, training };
  return objects.filter(
    ({ bucket, key, storedMs }) => storedMs < keepFromMs && !needed[bucket].has(key.split('.')[0]!),
  );
}

function neededVersions(facts: RegistryFacts, keepFromMs: number) {
  const whole = new Set<string>();
  const served = new Set<string>();
  for (const { model, version } of [...facts.aliased, ...facts.forecasts]) whole.add(nameOf(model, version));
  const need = (model: string, version: number | null, atMs: number) => {
    if (version === null || version === 0) return;
    (atMs >= keepFromMs ? whole : served).add(nameOf(model, version));
  };
  for (const { model, fromVersion, toVersion, atMs } of facts.changes) {
    need(model, fromVersion, atMs);
    need(model, toVersion, atMs);
  }
  for (const { model, challengerVersion, championVersion, decidedMs } of facts.verdicts) {
    need(model, challengerVersion, decidedMs);
    need(model, championVersion, decidedMs);
  }
  return { whole, served };
}
