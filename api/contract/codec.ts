/** What the page of Temporal asks of a codec server (https://docs.temporal.io/codec-server): payloads as protobuf's JSON. */
import { z } from 'zod';

/** A workflow has at most so many events; the page asks for those of one at a time, the command line for a page of them. */
const MOST_PAYLOADS = 1_000;

const base64 = z
  .string()
  .regex(/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'expected base64');

const payload = z.object({
  metadata: z.record(z.string(), base64).optional(),
  data: base64.optional(),
});

export const payloadsSchema = z
  .object({ payloads: z.array(payload).max(MOST_PAYLOADS) })
  .meta({ id: 'Payloads' });
export type Payloads = z.infer<typeof payloadsSchema>;

export const codecQuerySchema = z.strictObject({
  preserveStorageRefs: z
    .enum(['true', 'false'])
    .optional()
    .describe('Taken and of no effect: nothing is stored elsewhere.'),
});
