import type { Queryable } from '../pool.ts';

/** An accepted version of a contract. */
export interface StoredContract {
  source: string;
  version: number;
  yaml: string;
  sha256: string;
  acceptedAt: Date;
  acceptedBy: string;
}

const COLUMNS = `source, version, yaml, sha256, accepted_at as "acceptedAt", accepted_by as "acceptedBy"`;

/** The version of a source's contract that counts; null when it has none. */
export async function latestContract(client: Queryable, source: string): Promise<StoredContract | null> {
  const { rows } = await client.query<StoredContract>(
    `select ${COLUMNS} from contract where source = $1 order by version desc limit 1`,
    [source],
  );
  return rows[0] ?? null;
}

/** One version of a source's contract; null when there is no such version. */
export async function findContract(
  client: Queryable,
  source: string,
  version: number,
): Promise<StoredContract | null> {
  const { rows } = await client.query<StoredContract>(
    `select ${COLUMNS} from contract where source = $1 and version = $2`,
    [source, version],
  );
  return rows[0] ?? null;
}

/** Adds a version. The source is to be locked (`lockSourceToAccept`). */
export async function saveContract(
  client: Queryable,
  contract: Omit<StoredContract, 'acceptedAt'>,
): Promise<void> {
  await client.query(
    `insert into contract (source, version, yaml, sha256, accepted_by) values ($1, $2, $3, $4, $5)`,
    [contract.source, contract.version, contract.yaml, contract.sha256, contract.acceptedBy],
  );
}

/** Until the transaction ends nobody else accepts a contract of this source, and no file of it is held. */
export async function lockSourceToAccept(client: Queryable, source: string): Promise<void> {
  await client.query(`select from source where name = $1 for no key update`, [source]);
}

/** Files of a source that were held for breaking its contract wait to be loaded again; returns how many. */
export async function releaseHeldFiles(client: Queryable, source: string): Promise<number> {
  const { rowCount } = await client.query(
    `update file set state = 'stored', refusal_code = null, refusal_detail = null, loaded_at = null,
       contract_version = null
     where source = $1 and state = 'held' and refusal_code = 'schema-changed'`,
    [source],
  );
  return rowCount ?? 0;
}

/** Files of a source that were held for breaking its contract will never be loaded; returns how many. */
export async function refuseHeldFiles(client: Queryable, source: string): Promise<number> {
  const { rowCount } = await client.query(
    `update file set state = 'refused', loaded_at = now()
     where source = $1 and state = 'held' and refusal_code = 'schema-changed'`,
    [source],
  );
  return rowCount ?? 0;
}

/**
 * Holds a file that breaks a version of its contract. False, and nothing done, when a newer version was accepted
 * meanwhile: it decides then. Accepting waits for the transactions that hold files, so that it releases all of them.
 */
export async function holdFile(
  client: Queryable,
  file: { source: string; sha256: string; contractVersion: number; code: string; detail: string },
): Promise<boolean> {
  await client.query(`select from source where name = $1 for share`, [file.source]);
  const { rowCount } = await client.query(
    `update file set state = 'held', refusal_code = $2, refusal_detail = $3, contract_version = $4
     where sha256 = $1 and $4 = (select max(version) from contract where contract.source = file.source)`,
    [file.sha256, file.code, file.detail, file.contractVersion],
  );
  return rowCount === 1;
}

/** Notes by which version of their contract files were read that are loaded or refused now. */
export async function noteContractVersion(
  client: Queryable,
  sha256s: readonly string[],
  version: number,
): Promise<void> {
  await client.query(
    `update file set contract_version = $2 where sha256 = any($1) and state in ('loaded', 'refused')
       and contract_version is null`,
    [sha256s, version],
  );
}

/**
 * Whether a source has an open incident about its contract whose reason is gone: no file is held for it, and none
 * that waited when the contract was accepted still waits. Its incident stays locked until the transaction ends, so
 * that of several loads the last one to commit sees the work of the others.
 */
export async function isSchemaChangeOver(client: Queryable, source: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from incident where id in (
       select incident_id from finding where variant = 'schema-changed' and source = $1 and ended_at is null)
     for update`,
    [source],
  );
  if (rowCount === 0) return false;
  const { rows } = await client.query<{ over: boolean }>(
    `select not exists (
       select from file where source = $1
         and (state = 'held' and refusal_code = 'schema-changed' or state = 'stored'
           and received_at <= (select max(accepted_at) from contract where contract.source = $1))) as over`,
    [source],
  );
  return rows[0]!.over;
}
