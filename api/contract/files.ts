/** The ledger of files. */
import { z } from 'zod';
import { count, instant, pageQuery, plainText } from './fields.ts';

export const fileSchema = z
  .strictObject({
    sha256: z.string(),
    source: z.string(),
    name: z.string(),
    sizeBytes: count,
    receivedAt: instant,
    state: z.enum(['stored', 'loaded', 'refused', 'held', 'unpacked']),
    rowsIn: count.nullable().describe('Always rowsLoaded + rowsDuplicate + rowsQuarantined.'),
    rowsLoaded: count.nullable(),
    rowsDuplicate: count.nullable(),
    rowsQuarantined: count.nullable(),
    refusalCode: z.string().nullable(),
    refusalDetail: z.string().nullable(),
    loadedAt: instant.nullable(),
  })
  .meta({ id: 'File' });

export const filesSchema = z
  .strictObject({
    totals: z.strictObject({
      files: count,
      waiting: count,
      refused: count,
      rowsIn: count,
      rowsLoaded: count,
      rowsDuplicate: count,
      rowsQuarantined: count,
    }),
    items: z.array(fileSchema),
    next: z.string().nullable().describe('Goes into "after" to read on; null: that was all.'),
  })
  .meta({ id: 'Files' });

export const filesQuerySchema = z.strictObject({
  ...pageQuery(100),
  source: plainText(200).optional(),
  state: z.enum(['stored', 'loaded', 'refused', 'held', 'unpacked']).optional(),
  q: plainText(200).optional().describe('In the name.'),
});

export type IngestedFile = z.infer<typeof fileSchema>;
export type Files = z.infer<typeof filesSchema>;
