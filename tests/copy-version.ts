import type { Pool } from '../db/pool.ts';

/**
 * Registers a version once more under another number, with a manifest that is nowhere.
 *
 * @param digit of which the hash of its manifest is made, and with `artifactToo` that of its artefact
 */
export async function copyVersion(
  pool: Pool,
  { of, as, digit, artifactToo = false }: { of: number; as: number; digit: string; artifactToo?: boolean },
): Promise<void> {
  await pool.query(
    `insert into model_version (model, version, kind, artifact_sha256, manifest_sha256, snapshot_sha256, cutoff, seed,
       code_version, parameters, fit_ms, peak_memory_bytes)
     select model, $2, kind, case when $4 then $3 else artifact_sha256 end, $3, snapshot_sha256, cutoff, seed,
       code_version, parameters, fit_ms, peak_memory_bytes
     from model_version where version = $1`,
    [of, as, digit.repeat(64), artifactToo],
  );
}
