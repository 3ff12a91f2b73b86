import type { ModelKeys, ModelSignature } from './model-keys.ts';
import { BUCKETS, CorruptObject, MissingObject, type ObjectStore, sha256Of } from './object-store.ts';

/** No key that is trusted here vouches for a version. Trying again cannot help. */
export class UnsignedModel extends Error {
  override name = 'UnsignedModel';
}

/** A signature is not one of this manifest, or not as it was written. Trying again cannot help. */
export class WrongSignature extends Error {
  override name = 'WrongSignature';
}

/** A manifest does not describe the version it is kept for. Trying again cannot help. */
export class WrongManifest extends Error {
  override name = 'WrongManifest';
}

/** A version as the database knows it. */
export interface KnownVersion {
  model: string;
  version: number;
  kind: string;
  artifactSha256: string;
  manifestSha256: string;
  snapshotSha256: string;
  seed: number;
  signatures: readonly ModelSignature[];
}

/** What a manifest says; format 1. */
export interface ModelManifest {
  format: 1;
  model: string;
  kind: string;
  artifact: { sha256: string; bytes: number };
  data: { cutoff: string; sha256: string; jobs: number; runs: number };
  testPredictions: { sha256: string };
  codeVersion: string;
  seed: number;
  parameters: unknown;
  features: string[];
  /** Only of a model trained elsewhere. */
  origin?: { week: string; day: string; trainedAt: string | null };
  metrics: unknown;
}

export interface VerifiedModel {
  artifact: Buffer;
  manifest: ModelManifest;
  /** The key that vouches for it. */
  keyId: string;
}

/** Whether an error says that a version cannot be used as it is, now or later: not that a server does not answer. */
export const isUnusableModel = (error: unknown): error is Error =>
  error instanceof CorruptObject ||
  error instanceof MissingObject ||
  error instanceof UnsignedModel ||
  error instanceof WrongSignature ||
  error instanceof WrongManifest;

/** The name, in the bucket `models`, of what a key says of a manifest. */
export const signatureName = (manifestSha256: string, keyId: string): string =>
  `${manifestSha256}.${keyId}.sig`;

/** Signs a manifest that lies in the bucket `models`, and keeps the signature beside it. Twice is once. */
export async function signManifest(
  objectStore: ObjectStore,
  keys: Pick<ModelKeys, 'sign'>,
  manifest: Uint8Array,
): Promise<ModelSignature> {
  const signed = keys.sign(manifest);
  await objectStore.putBeside(
    BUCKETS.models,
    signatureName(sha256Of(manifest), signed.keyId),
    signed.signature,
  );
  return signed;
}

/**
 * Reads a version, trusting nothing: the bytes of the manifest by their hash, who vouches for these bytes, that they are
 * of this version, the artefact by the hash in them. Nothing is parsed before all that was before it is verified.
 *
 * @throws MissingObject, CorruptObject, UnsignedModel, WrongSignature, WrongManifest naming the object
 */
export async function verifiedModel(
  objectStore: ObjectStore,
  keys: ModelKeys,
  known: KnownVersion,
): Promise<VerifiedModel> {
  const bytes = await objectStore.get(BUCKETS.models, known.manifestSha256);
  const keyId = await vouched(objectStore, keys, known, bytes);
  const manifest = manifestOf(known, bytes);
  const artifact = await objectStore.get(BUCKETS.models, manifest.artifact.sha256);
  return { artifact, manifest, keyId };
}

/**
 * Reads a version nobody needs to vouch for, such as one that is to be signed: manifest and artefact by their hashes.
 *
 * @throws MissingObject, CorruptObject, WrongManifest naming the object
 */
export async function unsignedModel(
  objectStore: ObjectStore,
  known: Omit<KnownVersion, 'signatures'>,
): Promise<{ artifact: Buffer; manifest: ModelManifest; manifestBytes: Buffer }> {
  const manifestBytes = await objectStore.get(BUCKETS.models, known.manifestSha256);
  const manifest = manifestOf(known, manifestBytes);
  const artifact = await objectStore.get(BUCKETS.models, manifest.artifact.sha256);
  return { artifact, manifest, manifestBytes };
}

/** The key that vouches for these bytes. @throws as above */
async function vouched(
  objectStore: ObjectStore,
  keys: ModelKeys,
  { model, version, manifestSha256, signatures }: KnownVersion,
  bytes: Buffer,
): Promise<string> {
  const trusted = signatures.filter(({ keyId }) => keys.trusted.includes(keyId));
  if (trusted.length === 0) {
    const found =
      signatures.length === 0 ? 'none' : `those of ${signatures.map(({ keyId }) => keyId).join(', ')}`;
    const expected = keys.trusted.length === 0 ? 'a configured key, and none is' : keys.trusted.join(' or ');
    throw new UnsignedModel(`${model}/${version}: expected a signature by ${expected}; found ${found}`);
  }
  let failure: Error | undefined;
  for (const signed of trusted) {
    try {
      const name = signatureName(manifestSha256, signed.keyId);
      const beside = await objectStore.getBeside(BUCKETS.models, name);
      if (!beside.equals(signed.signature)) {
        throw new WrongSignature(
          `object ${BUCKETS.models}/${name} of ${model}/${version}: expected the signature that was registered, found ${beside.length} other bytes`,
        );
      }
      if (keys.check(bytes, signed) === 'valid') return signed.keyId;
      throw new WrongSignature(
        `${model}/${version}: the signature by ${signed.keyId} is not one of the manifest ${BUCKETS.models}/${manifestSha256}`,
      );
    } catch (error) {
      if (!isUnusableModel(error)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

/** Parses bytes that are those of their hash, and holds them against what the database says. */
function manifestOf(known: Omit<KnownVersion, 'signatures'>, bytes: Buffer): ModelManifest {
  const where = `manifest ${BUCKETS.models}/${known.manifestSha256} of ${known.model}/${known.version}`;
  let manifest: ModelManifest;
  try {
    manifest = JSON.parse(bytes.toString('utf8')) as ModelManifest;
  } catch {
    throw new WrongManifest(`${where}: expected JSON`);
  }
  const says = [
    ['format', 1, manifest.format],
    ['model', known.model, manifest.model],
    ['kind', known.kind, manifest.kind],
    ['seed', known.seed, manifest.seed],
    ['artifact', known.artifactSha256, manifest.artifact?.sha256],
    ['data', known.snapshotSha256, manifest.data?.sha256],
  ] as const;
  for (const [what, expected, found] of says) {
    if (expected !== found)
      throw new WrongManifest(`${where}: ${what}: expected ${expected}, found ${found}`);
  }
  return manifest;
}
