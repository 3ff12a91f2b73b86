import { z } from 'zod';

const instant = z.iso.datetime();
const count = z.int().min(0);

/** Sources with their contracts and what of them waits for a decision. */
export const sourceStatesSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        source: z.string(),
        kind: z.enum(['runs', 'metrics', 'events']),
        namespace: z.string(),
        pausedAt: instant.nullable().describe('Since when it is stopped by its limit of refused rows.'),
        contract: z
          .strictObject({
            version: z.int().min(1),
            acceptedAt: instant,
            acceptedBy: z.string(),
            sha256: z.string(),
          })
          .nullable()
          .describe('The version that counts; null: none was accepted.'),
        waiting: count,
        held: count.describe('Files that wait for a decision: they break the contract or the limit.'),
        refused: count,
        quarantinedRows: count,
        lastReceivedAt: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'SourceStates' });
export type SourceStates = z.infer<typeof sourceStatesSchema>;
