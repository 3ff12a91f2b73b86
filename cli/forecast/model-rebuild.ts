import { loadConfig } from '../../config.ts';
import type { KnownModelVersion } from '../../db/forecast/model-signatures.ts';
import { prepareTraining } from '../../models/forecast/prepare-training.ts';
import { decodeSnapshot } from '../../models/forecast/snapshot.ts';
import { testImported } from '../../models/forecast/test-imported.ts';
import { encodeTestPredictions } from '../../models/forecast/test-predictions.ts';
import { type TrainedContestant, trainPrepared } from '../../models/forecast/train-contestant.ts';
import type { LearnerKind } from '../../models/learners/learner.ts';
import { firstDifference } from '../../models/registry/first-difference.ts';
import { type ModelManifest, unsignedModel } from '../../services/model-registry.ts';
import { BUCKETS, createObjectStore, type ObjectStore, sha256Of } from '../../services/object-store.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { createProgress } from '../progress.ts';
import { wordLines } from '../word-lines.ts';
import { expectedVersion, NOTHING_SERVES } from './model-reference.ts';

const WIDTH = 79;

/** What training a version again came to. */
interface Rebuilt {
  model: string;
  version: number;
  kind: string;
  /** Whether artefact, test forecasts, features and metrics are the same, to the byte. */
  identical: boolean;
  artifact: { registered: string; rebuilt: string; firstDifferentByte: number | null };
  testPredictions: { registered: string; rebuilt: string };
  /** Where the model says something else; null: nowhere. */
  difference: { path: string; registered: unknown; rebuilt: unknown } | null;
  /** The code it was trained by. */
  codeVersion: string;
}

/**
 * `smart-etl model rebuild [VERSION]`: trains a version again from its manifest (snapshot, kind, seed) and compares the
 * bytes.
 *
 * @returns 0: identical; 1: not, or no version serves
 * @throws MissingObject when its snapshot was not kept
 */
export async function rebuildModel(
  asked: string | undefined,
  { json = false }: { json?: boolean },
): Promise<ExitCode> {
  const config = loadConfig();
  const known = await withDatabase(config, (pool) => expectedVersion(pool, asked));
  if (known === null) {
    console.error(NOTHING_SERVES);
    return EXIT.negative;
  }
  const progress = createProgress(json);
  try {
    const objectStore = createObjectStore(config);
    progress.step('reading what it was trained on');
    const registered = await unsignedModel(objectStore, known);
    const { data, seed } = registered.manifest;
    const snapshot = decodeSnapshot(await objectStore.get(BUCKETS.training, data.sha256));
    progress.done(`${data.jobs} jobs, ${data.runs} runs`);
    progress.step(`training ${known.kind} with seed ${seed}`);
    const trained = await trainAgain(objectStore, registered.manifest, prepareTraining(snapshot));
    progress.done(`${trained.artifact.length} bytes`);
    const rebuilt = compared(known, registered, trained);
    if (json) console.log(JSON.stringify(rebuilt));
    else console.log(linesOf(rebuilt, config.language).join('\n'));
    return rebuilt.identical ? EXIT.ok : EXIT.negative;
  } finally {
    progress.end();
  }
}

async function trainAgain(
  objectStore: ObjectStore,
  { kind, seed, origin }: ModelManifest,
  prepared: ReturnType<typeof prepareTraining>,
): Promise<TrainedContestant> {
  if (origin === undefined) return trainPrepared(prepared, { kind: kind as LearnerKind, seed });
  const [week, day] = await Promise.all([
    objectStore.get(BUCKETS.models, origin.week),
    objectStore.get(BUCKETS.models, origin.day),
  ]);
  const trainedAt = origin.trainedAt === null ? null : Date.parse(origin.trainedAt);
  return testImported(prepared, { files: { week, day }, trainedAt, seed });
}

function compared(
  { model, version, kind, artifactSha256 }: KnownModelVersion,
  { artifact, manifest }: { artifact: Buffer; manifest: ModelManifest },
  trained: TrainedContestant,
): Rebuilt {
  const parsed = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString('utf8'));
  const { report } = trained;
  const difference =
    firstDifference(parsed(artifact), parsed(trained.artifact)) ??
    firstDifference(
      { features: manifest.features, metrics: manifest.metrics },
      parsed(
        Buffer.from(
          JSON.stringify({
            features: report.features,
            metrics: { week: report.week.test, day: report.day.test },
          }),
        ),
      ),
    );
  const hashes = {
    artifact: sha256Of(trained.artifact),
    predictions: sha256Of(encodeTestPredictions(trained.testPredictions)),
  };
  return {
    ...{ model, version, kind },
    identical:
      difference === null &&
      hashes.artifact === artifactSha256 &&
      hashes.predictions === manifest.testPredictions.sha256,
    artifact: {
      registered: artifactSha256,
      rebuilt: hashes.artifact,
      firstDifferentByte: firstDifferentByte(artifact, trained.artifact),
    },
    testPredictions: { registered: manifest.testPredictions.sha256, rebuilt: hashes.predictions },
    difference: difference && {
      path: difference.path,
      registered: difference.one,
      rebuilt: difference.other,
    },
    codeVersion: manifest.codeVersion,
  };
}

function firstDifferentByte(one: Uint8Array, other: Uint8Array): number | null {
  const both = Math.min(one.length, other.length);
  for (let i = 0; i < both; i++) if (one[i] !== other[i]) return i;
  return one.length === other.length ? null : both;
}

function linesOf(rebuilt: Rebuilt, language: 'en' | 'fr'): string[] {
  const { model, version, kind, identical, artifact, difference, codeVersion } = rebuilt;
  const say = (en: string, fr: string): string => (language === 'fr' ? fr : en);
  const name = `${model}/${version} (${kind})`;
  if (identical) {
    return [
      `${name}: ${say('identical, to the byte', "identique, à l'octet près")}`,
      `  ${artifact.registered}`,
    ];
  }
  const shown = (value: unknown) => String(JSON.stringify(value)).slice(0, 200);
  const where =
    difference === null
      ? say(
          'The model says the same; its bytes or its forecasts of the test windows differ.',
          'Le modèle dit la même chose ; ses octets ou ses prévisions de test diffèrent.',
        )
      : `${difference.path}: ${shown(difference.registered)} → ${shown(difference.rebuilt)}`;
  return [
    `${name}: ${say('NOT identical', 'PAS identique')}`,
    `  ${artifact.registered}`,
    `  ${artifact.rebuilt}`,
    ...wordLines(where, WIDTH - 2).map((line) => `  ${line}`),
    `  ${say('it was trained by version', 'entraîné par la version')} ${codeVersion}`,
  ];
}
