/** The settings of how jobs are started again; for config.ts only. */
import { z } from 'zod';

const name = z.string().min(1).max(200);
const secretText = z.union([z.string().max(8_000), z.strictObject({ file: z.string().min(1) })]);

/** How the scheduler of some jobs is asked to start one; see models/detect/rerun-executor.ts. */
export const rerunSchema = z
  .strictObject({
    jobs: name,
    namespace: name.optional(),
    startWithinMinutes: z.int().min(1).max(1_440).optional(),
    http: z
      .strictObject({
        url: z
          .string()
          .regex(/^https?:\/\/[^{}\s/]+(\/|\?|$)/, 'an http(s) URL whose host has no placeholder'),
        method: z.enum(['GET', 'POST', 'PUT', 'PATCH']).optional(),
        headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/), secretText).optional(),
        body: z.json().optional(),
      })
      .optional(),
    command: z
      .array(z.string().min(1).max(4_000))
      .min(1)
      .max(100)
      .refine(([program]) => !program?.includes('{'), 'the program has no placeholder')
      .optional(),
  })
  .refine((rule) => (rule.http === undefined) !== (rule.command === undefined), 'either http or command');
