import type { Queryable } from '../pool.ts';

export type TrialRole = 'challenger' | 'predecessor';
export type TrialOutcome = 'better' | 'worse' | 'undecided' | 'overtaken';

/** A version that forecasts beside the champion for a while. */
export interface Trial {
  workflowId: string;
  model: string;
  version: number;
  /** The champion it is compared with. */
  against: number;
  role: TrialRole;
  who: string;
  why: string;
  beganAsOf: Date;
  endsAsOf: Date;
}

/** What is known of it by now. */
export interface TrialState extends Trial {
  endedAsOf: Date | null;
  outcome: TrialOutcome | null;
  eValue: number | null;
  blocks: number | null;
  said: { en: string; fr: string } | null;
}

const COLUMNS = `workflow_id as "workflowId", model, version, against, role, who, why, began_as_of as "beganAsOf",
  ends_as_of as "endsAsOf", ended_as_of as "endedAsOf", outcome, e_value as "eValue", blocks, said`;

/** Begins a trial; false where the same role is taken, or this trial was begun already. Belongs in a transaction. */
export async function beginTrial(client: Queryable, trial: Trial): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into model_trial (workflow_id, model, version, against, role, who, why, began_as_of, ends_as_of)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      ...[trial.workflowId, trial.model, trial.version, trial.against, trial.role],
      ...[trial.who, trial.why, trial.beganAsOf, trial.endsAsOf],
    ],
  );
  return rowCount === 1;
}

/** The trial of a workflow, or null. `lock`: nobody else changes it meanwhile. */
export async function findTrial(
  client: Queryable,
  workflowId: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<TrialState | null> {
  const { rows } = await client.query<TrialState>(
    `select ${COLUMNS} from model_trial where workflow_id = $1 ${lock ? 'for update' : ''}`,
    [workflowId],
  );
  return rows[0] ?? null;
}

/** Trials that last, of one model. */
export async function readOpenTrials(client: Queryable, model: string): Promise<TrialState[]> {
  const { rows } = await client.query<TrialState>(
    `select ${COLUMNS} from model_trial where model = $1 and ended_as_of is null order by role`,
    [model],
  );
  return rows;
}

/** Trials of a model, the newest first. */
export async function readTrials(client: Queryable, model: string, limit: number): Promise<TrialState[]> {
  const { rows } = await client.query<TrialState>(
    `select ${COLUMNS} from model_trial where model = $1 order by began_as_of desc, workflow_id limit $2`,
    [model, limit],
  );
  return rows;
}

/** Keeps what the last look at a trial found, and with an outcome its end. */
export async function saveTrialLook(
  client: Queryable,
  workflowId: string,
  look: {
    eValue: number;
    blocks: number;
    said: { en: string; fr: string };
    ended: { asOf: Date; outcome: TrialOutcome } | null;
  },
): Promise<void> {
  await client.query(
    `update model_trial set e_value = $2, blocks = $3, said = $4, ended_as_of = $5, outcome = $6
     where workflow_id = $1 and ended_as_of is null`,
    [
      workflowId,
      look.eValue,
      look.blocks,
      JSON.stringify(look.said),
      look.ended?.asOf ?? null,
      look.ended?.outcome ?? null,
    ],
  );
}

/** Ends a trial that lasts because another champion serves; what its last look found stays. */
export async function endOvertakenTrial(client: Queryable, workflowId: string, asOf: Date): Promise<void> {
  await client.query(
    `update model_trial set ended_as_of = $2, outcome = 'overtaken'
     where workflow_id = $1 and ended_as_of is null`,
    [workflowId, asOf],
  );
}
