/** The settings of sources; for config.ts only. */
import { z } from 'zod';
import { timeZone, url } from './config-fields.ts';

const hours = (count: number) => count * 3_600_000;

/** How the files of a source come in; what is not told has the default of models/intake/intake-options.ts. */
const intakeSchema = z.strictObject({
  settleMs: z.number().int().min(100).max(hours(1)).optional(),
  network: z.boolean().optional(),
  only: z.array(z.string().min(1).max(200)).max(50).optional(),
  ignore: z.array(z.string().min(1).max(200)).max(50).optional(),
  marker: z
    .string()
    .regex(/^\.[A-Za-z0-9_-]{1,20}$/, 'an ending such as .done')
    .nullable()
    .optional(),
  growing: z.boolean().optional(),
  quietMs: z.number().int().min(1_000).max(hours(48)).optional(),
  archive: z
    .strictObject({
      maxBytes: z.number().int().min(1).optional(),
      maxRatio: z.number().min(1).optional(),
      maxMembers: z.number().int().min(1).max(100_000).optional(),
    })
    .optional(),
  scrape: z
    .array(z.strictObject({ host: z.string().min(1).max(200), url: url(['http:', 'https:']) }))
    .max(1_000)
    .optional(),
  scrapeSeconds: z.number().int().min(5).max(3_600).optional(),
});

export const sourceSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'lower-case letters, digits, - and _, at most 63')
    .refine((name) => name !== 'events', '"events" is the source of what jobs tell over HTTP'),
  /** `runs`: run logs; `metrics`: server metrics. */
  kind: z.enum(['runs', 'metrics']),
  /** The drop folder; relative paths start at the home folder. */
  folder: z.string().min(1),
  /** Jobs of this source get this namespace. */
  namespace: z.string().min(1).default('default'),
  /** The zone of times in its files that tell none; UTC, when not told. A contract that names one goes first. */
  timeZone: timeZone.optional(),
  intake: intakeSchema.optional(),
  /** Beyond it a file is held and the intake of the source stops; what is left out has its default. */
  quarantineLimit: z
    .strictObject({
      /** Refused of all rows, of a file and of a day; counts from 1,000 refused rows on. */
      share: z.number().min(0).max(1).optional(),
      rowsPerFile: z.int().min(0).optional(),
      rowsPerDay: z.int().min(0).optional(),
    })
    .optional(),
});

export type SourceConfig = z.infer<typeof sourceSchema>;
