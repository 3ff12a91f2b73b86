import type { Queryable } from '../pool.ts';
import type { ContestantMetrics } from './model-contestants.ts';

/** From the files to the forecasts: what a version came from and what came of it. */
export interface ModelLineage {
  data: {
    /** Key in the bucket `training`. */
    snapshotSha256: string;
    /** Nothing known later is in it. */
    cutoff: Date;
    /** Null: registered before this was kept. */
    jobs: number | null;
    runs: number | null;
    /** Files of runs that were known whole at the cutoff, and still have their line in the ledger. */
    files: number;
    /** When the last of their records became known. */
    lastKnownAt: Date | null;
  };
  /** Null: registered before this was kept. */
  features: { count: number; sha256: string } | null;
  code: { version: string; seed: number };
  contestants: LineageContestant[];
  verdicts: { championVersion: number; verdict: string; decidedAt: Date }[];
  /** Terms as champion: when it became it. */
  championFrom: Date[];
  forecasts: {
    count: number;
    firstCutoff: Date | null;
    lastCutoff: Date | null;
    /** When the last of them was made: its signature was verified then. */
    lastMadeAt: Date | null;
    /** Of them, those it made in the place of a champion that could not be used. */
    inPlaceOfAnother: number;
  };
}

export interface LineageContestant {
  kind: string;
  outcome: string;
  artifactSha256: string | null;
  fitMs: number | null;
  metrics: ContestantMetrics | null;
  reason: string | null;
}

const instant = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The lineage of a version, in one query; null when it is not registered. */
export async function readModelLineage(
  client: Queryable,
  model: string,
  version: number,
): Promise<ModelLineage | null> {
  const { rows } = await client.query<LineageRow>(
    `select v.snapshot_sha256 as "snapshotSha256", v.cutoff, v.jobs, v.runs, v.features, v.features_sha256 as "featuresSha256",
       v.code_version as "codeVersion", v.seed, known.files, known.last as "lastKnownAt",
       coalesce((select jsonb_agg(jsonb_build_object('kind', kind, 'outcome', outcome, 'artifactSha256', artifact_sha256,
           'fitMs', fit_ms, 'metrics', metrics, 'reason', reason) order by kind)
         from model_contestant c where c.model = v.model and c.snapshot_sha256 = v.snapshot_sha256 and c.seed = v.seed),
         '[]') as contestants,
       coalesce((select jsonb_agg(jsonb_build_object('championVersion', champion_version, 'verdict', verdict,
           'decidedAt', ${instant('decided_at')}) order by decided_at, champion_version)
         from gate_verdict g where g.model = v.model and g.challenger_version = v.version), '[]') as verdicts,
       array(select at from model_alias_change a
         where a.model = v.model and a.alias = 'champion' and a.to_version = v.version order by id) as "championFrom",
       made.count as forecasts, made.first as "firstCutoff", made.last as "lastCutoff",
       made.at as "lastMadeAt", made.instead as "inPlaceOfAnother"
     from model_version v
     cross join lateral (
       select count(*)::int as files, max(last_known_at) as last from file
       where state = 'loaded' and last_known_at <= v.cutoff
         and source in (select name from source where kind in ('runs', 'events'))) as known
     cross join lateral (
       select count(*)::int as count, min(cutoff) as first, max(cutoff) as last,
         max(made_at) as at, count(instead_of_version)::int as instead
       from forecast_cutoff f where f.model = v.model and f.model_version = v.version) as made
     where v.model = $1 and v.version = $2`,
    [model, version],
  );
  return rows[0] === undefined ? null : lineageOf(rows[0]);
}

interface LineageRow {
  snapshotSha256: string;
  cutoff: Date;
  jobs: number | null;
  runs: number | null;
  features: number | null;
  featuresSha256: string | null;
  codeVersion: string;
  seed: number;
  files: number;
  lastKnownAt: Date | null;
  contestants: LineageContestant[];
  verdicts: { championVersion: number; verdict: string; decidedAt: string }[];
  championFrom: Date[];
  forecasts: number;
  firstCutoff: Date | null;
  lastCutoff: Date | null;
  lastMadeAt: Date | null;
  inPlaceOfAnother: number;
}

function lineageOf(row: LineageRow): ModelLineage {
  const { snapshotSha256, cutoff, jobs, runs, files, lastKnownAt, features, featuresSha256 } = row;
  const { contestants, championFrom, firstCutoff, lastCutoff, lastMadeAt, inPlaceOfAnother } = row;
  return {
    data: { snapshotSha256, cutoff, jobs, runs, files, lastKnownAt },
    features: features === null ? null : { count: features, sha256: featuresSha256! },
    code: { version: row.codeVersion, seed: row.seed },
    contestants,
    verdicts: row.verdicts.map((verdict) => ({ ...verdict, decidedAt: new Date(verdict.decidedAt) })),
    championFrom,
    forecasts: { count: row.forecasts, firstCutoff, lastCutoff, lastMadeAt, inPlaceOfAnother },
  };
}

/** The open incident about a champion of a model that cannot be used; null when there is none. */
export async function findUnusableModel(
  client: Queryable,
  model: string,
): Promise<{ incidentId: number; since: Date; text: string } | null> {
  const { rows } = await client.query<{ incidentId: number; since: Date; text: string }>(
    `select incident_id as "incidentId", since, evidence ->> 'text' as text from finding
     where model = $1 and variant = 'model-unusable' and ended_at is null order by id limit 1`,
    [model],
  );
  return rows[0] ?? null;
}
