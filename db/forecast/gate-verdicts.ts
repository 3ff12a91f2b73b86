import type { Queryable } from '../pool.ts';

export interface GateVerdict {
  model: string;
  challengerVersion: number;
  /** 0: there was no champion. */
  championVersion: number;
  verdict: 'promote' | 'keep' | 'undecided';
  checks: unknown;
}

/** Records what the gate said; the first word on a pair stands. */
export async function saveGateVerdict(client: Queryable, verdict: GateVerdict): Promise<void> {
  await client.query(
    `insert into gate_verdict (model, challenger_version, champion_version, verdict, checks)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [
      verdict.model,
      verdict.challengerVersion,
      verdict.championVersion,
      verdict.verdict,
      JSON.stringify(verdict.checks),
    ],
  );
}

/** What the gate said of a pair of versions, or null. */
export async function findGateVerdict(
  client: Queryable,
  model: string,
  challengerVersion: number,
  championVersion: number,
): Promise<GateVerdict | null> {
  const { rows } = await client.query<GateVerdict>(
    `select model, challenger_version as "challengerVersion", champion_version as "championVersion", verdict, checks
     from gate_verdict where model = $1 and challenger_version = $2 and champion_version = $3`,
    [model, challengerVersion, championVersion],
  );
  return rows[0] ?? null;
}
