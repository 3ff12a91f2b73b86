import type { Queryable } from '../pool.ts';

export interface AuditEntry {
  who: string;
  action: string;
  subject: string;
  why: string;
  before: unknown;
  after: unknown;
  workflowId: string | null;
}

/** Adds a line to the audit log. Belongs in the transaction of the change it tells of. */
export async function saveAuditEntry(client: Queryable, entry: AuditEntry): Promise<void> {
  await client.query(
    `insert into audit_log (who, action, subject, why, before, after, workflow_id)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      entry.who,
      entry.action,
      entry.subject,
      entry.why,
      JSON.stringify(entry.before),
      JSON.stringify(entry.after),
      entry.workflowId,
    ],
  );
}
