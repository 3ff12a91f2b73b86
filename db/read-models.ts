import type { Evaluation } from './model-versions.ts';
import type { Queryable } from './pool.ts';

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
    checks: unknown;
  } | null;
}

/** Registered versions of every model, newest first. */
export async function readModelVersions(client: Queryable, limit: number): Promise<ModelVersionRow[]> {
  const { rows } = await client.query<ModelVersionRow>(
    `select v.model, v.version, v.kind, v.cutoff, v.created_at as "createdAt", v.code_version as "codeVersion",
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
         order by g.decided_at desc, g.champion_version desc limit 1) as gate
     from model_version v order by v.created_at desc, v.model, v.version desc limit $1`,
    [limit],
  );
  return rows;
}
