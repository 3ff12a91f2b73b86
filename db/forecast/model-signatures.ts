import type { Queryable } from '../pool.ts';
import { findModelVersion, type RegisteredModelVersion } from './model-versions.ts';

/** What a key says of the manifest of a version. */
export interface VersionSignature {
  keyId: string;
  /** 64 bytes. */
  signature: Buffer;
  signedAt: Date;
}

/** A version with everything that is needed to verify it. */
export interface KnownModelVersion extends RegisteredModelVersion {
  signatures: VersionSignature[];
}

/** Keeps a signature of a version; the first of a key stands. */
export async function saveModelSignature(
  client: Queryable,
  { model, version, keyId, signature }: { model: string; version: number; keyId: string; signature: Buffer },
): Promise<void> {
  await client.query(
    `insert into model_signature (model, version, key_id, signature) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [model, version, keyId, signature],
  );
}

/** A version with its signatures, the oldest first; null when it is not registered. */
export async function findKnownVersion(
  client: Queryable,
  model: string,
  version: number,
): Promise<KnownModelVersion | null> {
  const found = await findModelVersion(client, model, version);
  if (found === null) return null;
  const { rows } = await client.query<VersionSignature>(
    `select key_id as "keyId", signature, signed_at as "signedAt" from model_signature
     where model = $1 and version = $2 order by signed_at, key_id`,
    [model, version],
  );
  return { ...found, signatures: rows };
}
