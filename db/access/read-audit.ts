import type { Pool, Queryable } from '../pool.ts';
import { type ChainedEntry, type ChainHead, type ChainReport, verifyChain } from './audit-chain.ts';

export interface AuditLine {
  id: number;
  at: Date;
  who: string;
  action: string;
  subject: string;
  why: string;
  before: unknown;
  after: unknown;
  workflowId: string | null;
  hash: string;
}

export interface AuditQuery {
  /** Exactly this subject. */
  subject?: string | undefined;
  /** Exactly this person. */
  who?: string | undefined;
  since?: Date | undefined;
  /** Only entries with a smaller id. */
  before?: number | undefined;
  limit: number;
}

/** Entries of the audit log, newest first. */
export async function readAudit(client: Queryable, query: AuditQuery): Promise<AuditLine[]> {
  const { rows } = await client.query<AuditLine>(
    `select id, at, who, action, subject, why, before, after, workflow_id as "workflowId", hash from audit_log
     where ($1::text is null or subject = $1) and ($2::text is null or who = $2)
       and ($3::timestamptz is null or at >= $3) and ($4::bigint is null or id < $4)
     order by id desc limit $5`,
    [query.subject ?? null, query.who ?? null, query.since ?? null, query.before ?? null, query.limit],
  );
  return rows;
}

/** What the database says is the last entry of the audit log. */
export async function readAuditHead(client: Queryable): Promise<ChainHead> {
  const { rows } = await client.query<ChainHead>('select id::text, hash from audit_head');
  return rows[0] ?? { id: '0', hash: 'none: the row of audit_head is missing' };
}

const BATCH_ENTRIES = 5_000;

/** Computes the chain of the whole log anew, on one snapshot of it: entries that are added meanwhile do not disturb. */
export async function verifyAuditLog(pool: Pool, keptHash: string | null): Promise<ChainReport> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    return await verifyChain(chainedEntries(client), await readAuditHead(client), keptHash);
  } finally {
    // Nothing was written: ending the connection ends the transaction, whatever state it is in.
    client.release(true);
  }
}

async function* chainedEntries(client: Queryable): AsyncGenerator<ChainedEntry> {
  let last = '-9223372036854775808';
  for (let first = true; ; first = false) {
    const { rows } = await client.query<ChainedEntry>(
      `select id::text, trunc(extract(epoch from at) * 1000000)::bigint::text as "atMicros", who, action, subject, why,
         before::text, after::text, workflow_id as "workflowId", salt::text, content_hash as "contentHash",
         prev_hash as "prevHash", hash
       from audit_log where ${first ? 'id >= $1' : 'id > $1'} order by audit_log.id limit ${BATCH_ENTRIES}`,
      [last],
    );
    yield* rows;
    if (rows.length < BATCH_ENTRIES) return;
    last = rows.at(-1)!.id;
  }
}
