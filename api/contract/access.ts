import { z } from 'zod';
import { ROLES } from '../access/roles.ts';
import { pageQuery } from './fields.ts';

const role = z.enum(ROLES);

export const meSchema = z
  .strictObject({
    who: z.string().describe('What the audit log calls them.'),
    role,
    kind: z
      .enum(['local', 'api-token', 'token', 'session', 'ping-key'])
      .describe('local: nobody logs in here; what a body says of who acts counts.'),
    mayDo: z.array(role).describe('Every role whose routes they may use.'),
  })
  .meta({ id: 'Me' });
/** Who asks, and what they may do. */
export type Me = z.infer<typeof meSchema>;

export const auditQuerySchema = z.strictObject({
  ...pageQuery(100),
  subject: z.string().min(1).max(500).optional().describe('Exactly this subject.'),
  who: z.string().min(1).max(200).optional().describe('Exactly this person.'),
  since: z.iso.datetime({ offset: true }).optional().describe('Not before.'),
});

const instant = z.iso.datetime();

export const auditSchema = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          id: z.int(),
          at: instant,
          who: z.string(),
          action: z.string(),
          subject: z.string(),
          why: z.string(),
          before: z.unknown(),
          after: z.unknown(),
          workflowId: z.string().nullable(),
          hash: z.string().describe('Chains it to the entry before it: smart-etl audit verify.'),
        })
        .meta({ id: 'AuditEntry' }),
    ),
    next: z.string().nullable().describe('Cursor of the next page; null: this is the last.'),
  })
  .meta({ id: 'Audit' });
