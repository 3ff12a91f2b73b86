import type { GateCheck } from '../../models/evaluation/gate-check.ts';
import type { Queryable } from '../pool.ts';
import type { Evaluation } from './model-versions.ts';

export interface ModelVersionRow {
  model: string;
  version: number;
  kind: string;
  cutoff: Date;
  createdAt: Date;
  codeVersion: string;
  fitMs: number;
  peakMemoryBytes: number;
  artifactSha256: string;
  aliases: string[];
  metrics: Evaluation[];
  /** What the gate said of it last; null when it was never judged. */
  gate: {
    verdict: 'promote' | 'keep' | 'undecided';
    /** 0: there was no champion to compare with. */
    championVersion: number;
    decidedAt: string;
    checks: GateCheck[];
  } | null;
  /** Of a model that was trained elsewhere; null: trained here. */
  origin: ModelOrigin | null;
  /** What people write on it. */
  tags: Record<string, string>;
  /** Names of the keys that vouch for it; empty: none does. */
  signedBy: string[];
}

export interface ModelOrigin {
  name: string;
  /** Who brought it. */
  who: string;
  /** Hashes of its files, keys in the bucket `models`. */
  week: string;
  day: string;
  /** Nothing that became known later was learned from; null: only the files tell. */
  trainedAt: string | null;
}

const VERSION = `select v.model, v.version, v.kind, v.cutoff, v.created_at as "createdAt", v.code_version as "codeVersion",
       v.fit_ms as "fitMs", v.peak_memory_bytes as "peakMemoryBytes", v.artifact_sha256 as "artifactSha256",
       array(select alias from model_alias a where a.model = v.model and a.version = v.version order by alias)
         as aliases,
       coalesce((select jsonb_agg(jsonb_build_object('head', e.head, 'metric', e.metric, 'value', e.value)
           order by e.head, e.metric)
         from evaluation e where e.model = v.model and e.version = v.version), '[]') as metrics,
       (select jsonb_build_object('verdict', g.verdict, 'championVersion', g.champion_version,
           'decidedAt', to_char(g.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'checks', g.checks)
         from gate_verdict g where g.model = v.model and g.challenger_version = v.version
         order by g.decided_at desc, g.champion_version desc limit 1) as gate,
       v.parameters -> 'origin' as origin,
       coalesce((select jsonb_object_agg(t.key, t.value) from model_tag t where t.model = v.model and t.version = v.version),
         '{}') as tags,
       array(select key_id from model_signature s where s.model = v.model and s.version = v.version order by key_id)
         as "signedBy"
     from model_version v`;

/** A Date knows milliseconds: what is to be asked for by one is in the order of those. */
const MS = 'floor(extract(epoch from v.created_at) * 1000)::bigint';

/** Registered versions of every model, newest first. */
export async function readModelVersions(
  client: Queryable,
  limit: number,
  after: readonly [createdMs: number, model: string, version: number] | null = null,
): Promise<ModelVersionRow[]> {
  const { rows } = await client.query<ModelVersionRow>(
    `${VERSION} where $2::bigint is null or (-${MS}, v.model, -v.version) > (-$2::bigint, $3, -$4::int)
     order by ${MS} desc, v.model, v.version desc limit $1`,
    [limit, after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null],
  );
  return rows;
}

/** One version, or null. */
export async function findModelCard(
  client: Queryable,
  model: string,
  version: number,
): Promise<ModelVersionRow | null> {
  const { rows } = await client.query<ModelVersionRow>(`${VERSION} where v.model = $1 and v.version = $2`, [
    model,
    version,
  ]);
  return rows[0] ?? null;
}
