/** What the system says of itself: health, the state at a glance, problems, topics of changes. */
import { z } from 'zod';
import { count, instant } from './fields.ts';

export const healthSchema = z.strictObject({ status: z.enum(['alive', 'ready']) }).meta({ id: 'Health' });

export const overviewSchema = z
  .strictObject({
    asOf: instant.describe('Now, or the last arrival when the system runs on the time of its data.'),
    time: z.enum(['wall', 'data']),
    lastArrival: instant.nullable().describe('The latest instant any loaded run log tells of.'),
    jobs: count,
    runsLoaded: count.describe('Run records loaded, by the ledger of files.'),
    failedLast24h: count.describe('Runs that started in the 24 hours before asOf and failed.'),
    openIncidents: count,
    quarantinedRows: count,
    files: count,
    refusedFilesLast24h: count.describe('Files nobody could read; 24 hours by the clock of the database.'),
    deadNotificationsLast24h: count.describe('Messages their receiver refused for good.'),
    championVersion: z.int().nullable(),
    lastForecastCutoff: instant.nullable(),
    temporal: z.strictObject({ uiUrl: z.string(), namespace: z.string() }),
    dropFolders: z.array(z.string()).describe('Where run logs are dropped.'),
  })
  .meta({ id: 'Overview' });

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.strictObject({ parameter: z.string(), detail: z.string() })).optional(),
  })
  .describe('RFC 9457 problem details.')
  .meta({ id: 'Problem' });

export const CHANGE_TOPICS = [
  'runs',
  'expectations',
  'incidents',
  'forecast',
  'models',
  'notifications',
] as const;

export type ChangeTopic = (typeof CHANGE_TOPICS)[number];
export type Overview = z.infer<typeof overviewSchema>;
export type Problem = z.infer<typeof problemSchema>;
