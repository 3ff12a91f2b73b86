import { loadConfig } from '../../config.ts';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { lockSourceToAccept, refuseHeldFiles } from '../../db/load/contracts.ts';
import { announceChange, type Pool, withTransaction } from '../../db/pool.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../options/usage-error.ts';
import { requireSource } from './contract-text.ts';

/**
 * `smart-etl contract refuse`: the files that are held will not be loaded; the source sends right ones instead.
 *
 * @returns 0; 1 when none is held
 */
export async function refuse({
  source,
  who,
  why,
  json = false,
}: {
  source: string;
  who: string;
  why: string;
  json?: boolean;
}): Promise<ExitCode> {
  if (!who.trim() || !why.trim()) throw new UsageError('--who and --why must say something');
  const config = loadConfig();
  requireSource(config, source);
  const refused = await withDatabase(config, (pool) =>
    refuseHeld(pool, { source, who: who.trim(), why: why.trim() }),
  );
  if (json) console.log(JSON.stringify({ source, refused }));
  else
    console.log(refused === 0 ? `no file of ${source} is held` : `${refused} files of ${source} are refused`);
  return refused === 0 ? EXIT.negative : EXIT.ok;
}

/** Refuses all files of a source that are held for breaking its contract, with a line in the audit log. */
export function refuseHeld(
  pool: Pool,
  { source, who, why }: { source: string; who: string; why: string },
): Promise<number> {
  return withTransaction(pool, async (client) => {
    await lockSourceToAccept(client, source);
    const refused = await refuseHeldFiles(client, source);
    if (refused === 0) return 0;
    await saveAuditEntry(client, {
      who,
      action: 'contract.refuse',
      subject: source,
      why,
      before: { held: refused },
      after: { refused },
      workflowId: null,
    });
    await announceChange(client, 'runs');
    return refused;
  });
}
