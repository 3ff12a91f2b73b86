import { resolveModelReference } from '../../db/forecast/model-history.ts';
import { findKnownVersion, type KnownModelVersion } from '../../db/forecast/model-signatures.ts';
import type { Pool } from '../../db/pool.ts';
import { parseModelReference } from '../../models/registry/model-reference.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { UsageError } from '../options/usage-error.ts';

/** What stands for a version on the command line. */
const REFERENCE_FORMS =
  '3, champion, challenger, latest, models:/job-failure/3 or models:/job-failure@champion';

export const NOTHING_SERVES = `no version of ${FAILURE_MODEL} serves yet: \`smart-etl model train\` makes one`;

/**
 * The version that is meant by a number, an alias or an address as MLflow writes it; the champion when nothing is said.
 *
 * @returns null when nothing is said and no version serves
 * @throws UsageError when it is no reference, or there is no such version
 */
export async function expectedVersion(
  pool: Pool,
  asked: string | undefined,
): Promise<KnownModelVersion | null> {
  const reference = parseModelReference(asked ?? 'champion', FAILURE_MODEL);
  if (reference === null) throw new UsageError(`expected ${REFERENCE_FORMS}, got "${asked}"`);
  const version = await resolveModelReference(pool, reference);
  const found = version === null ? null : await findKnownVersion(pool, reference.model, version);
  if (found !== null) return found;
  if (asked === undefined) return null;
  const what = reference.by === 'version' ? `version ${reference.version}` : asked;
  throw new UsageError(`${reference.model} has no ${what}`);
}
