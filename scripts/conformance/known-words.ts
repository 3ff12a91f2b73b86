/** Words for parameters and bodies that name something of this estate: invented ones only ever get to 404. */
import type pg from 'pg';
import { signatureOf } from '../../activities/alerts/action-links.ts';
import { linkPath } from '../../models/alerts/action-link.ts';

type Word = string | number;

/** Words by place, as `path.jobId` or `body.from`. */
export type Words = Readonly<Record<string, readonly Word[]>>;

export interface KnownWords {
  anywhere: Words;
  /** What only fits together, by path of the document. */
  together: Readonly<Record<string, Words>>;
}

const LINK_SECONDS = 86_400;

/** Draws words from a filled database; keys are what the API was started with. */
export async function readKnownWords(
  client: pg.ClientBase,
  { pingKey, linkKey }: { pingKey: string; linkKey: string },
): Promise<KnownWords> {
  const words = async (sql: string): Promise<Word[]> =>
    (await client.query<{ word: Word }>(sql)).rows.map(({ word }) => word);
  const jobs = await words('select id::float8 as word from job order by id limit 10');
  const names = await words('select name as word from job order by id limit 5');
  const incidents = await words('select id::float8 as word from incident order by id desc limit 20');
  const hosts = await words('select distinct host as word from metric_sample order by 1 limit 5');
  const files = await words('select sha256 as word from file order by id desc limit 10');
  const versions = await words('select version as word from model_version order by version');
  const models = await words('select distinct model as word from model_version');
  const { rows: runs } = await client.query<{ jobId: number; runKey: string }>(
    'select job_id::float8 as "jobId", run_key as "runKey" from run order by started_at desc limit 1',
  );
  const cutoffs = await words(
    `select to_char(cutoff at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as word
     from forecast_cutoff order by cutoff desc`,
  );
  return {
    anywhere: {
      'path.jobId': jobs,
      'path.id': incidents,
      'path.incidentId': incidents,
      'path.host': hosts,
      'path.sha256': files,
      'path.model': models,
      'path.version': versions,
      'path.cutoff': cutoffs,
      'path.source': ['runs', 'metrics'],
      'path.name': ['runs.csv', 'samples.csv.gz'],
      'path.period': await words('select distinct period as word from report'),
      'path.language': await words('select distinct language as word from report'),
      'path.key': [pingKey],
      'query.job': names,
      'query.host': hosts,
      'body.jobId': jobs,
      'body.from': versions,
    },
    together: {
      '/v1/runs/{jobId}/{runKey}': { 'path.jobId': [runs[0]!.jobId], 'path.runKey': [runs[0]!.runKey] },
      '/act/{action}/{incident}/{expiry}/{signature}': linkWords(Number(incidents[0]), linkKey),
    },
  };
}

function linkWords(incidentId: number, linkKey: string): Words {
  const expiryS = Math.floor(Date.now() / 1_000) + LINK_SECONDS;
  const link = { action: 'acknowledge', incidentId, expiryS, channel: 'mail' } as const;
  const [path] = linkPath(link, signatureOf(linkKey, link)).split('?');
  const [, , action, incident, expiry, signature] = path!.split('/');
  return {
    'path.action': [action!],
    'path.incident': [incident!],
    'path.expiry': [expiry!],
    'path.signature': [signature!],
    'query.to': [link.channel],
  };
}
