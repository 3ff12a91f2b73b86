import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Language } from '../models/alerts/message.ts';
import { SAID_OF_ACTS } from '../models/alerts/said-of-acts.ts';
import { control, deliverPending } from './calls.ts';
import { requireInput } from './input.ts';
import { INCIDENT_CHANGED, TASK_QUEUES, workflowIds } from './names.ts';
import { rerun } from './rerun.ts';
import { jobNameKey, outcomeKey, severityKey } from './search-attributes.ts';

export interface IncidentInput {
  /** Number of the incident. */
  id: number;
}

/** Who decides, and why: kept in the audit log. */
export interface PersonsWord {
  who: string;
  why: string;
  /** Of the answer; left out: English. */
  language?: Language;
}

export interface SilenceWord extends PersonsWord {
  /** Until when, ISO 8601; or for so many hours. */
  until?: string;
  hours?: number;
}

export interface WaiveWord extends PersonsWord {
  /** Keys of findings; left out, all that last. */
  findings?: string[];
}

/** It was changed, or people were told of it. */
export const changed = defineSignal(INCIDENT_CHANGED);
/** Updates; each answers with a sentence. */
export const acknowledge = defineUpdate<string, [PersonsWord]>('acknowledge');
export const silence = defineUpdate<string, [SilenceWord]>('silence');
export const waive = defineUpdate<string, [WaiveWord]>('waive');
export const rerunVictims = defineUpdate<string, [PersonsWord]>('rerun');

/** Histories stay readable, far below the 50,000 events that Temporal allows. */
const LONG_HISTORY_EVENTS = 500;
const HOUR_MS = 3_600_000;
/** Longer than that is a waiver. */
const LONGEST_SILENCE_HOURS = 30 * 24;
const LONGEST_TEXT = 500;
const MOST_FINDINGS = 200;

/**
 * The life of an incident: people are told, somebody takes it on, or it is escalated; they are reminded until it is
 * over. What is to be done when is decided in PostgreSQL; here it is waited for.
 */
export async function incident(input: IncidentInput): Promise<{ state: string }> {
  requireInput('incident', input, { id: 'number' });
  const { id } = input;
  const { workflowId } = workflowInfo();
  let isChanged = false;
  setHandler(changed, () => {
    isChanged = true;
  });
  const act = async (word: Omit<Parameters<typeof control.actOnIncident>[0], 'id' | 'workflowId'>) => {
    const { said } = await control.actOnIncident({ ...word, id, workflowId });
    isChanged = true;
    return said;
  };
  setHandler(acknowledge, ({ who, why, language }) => act({ action: 'acknowledge', who, why, language }), {
    validator: requirePerson,
  });
  setHandler(
    silence,
    ({ who, why, language, until, hours }) =>
      act({
        action: 'silence',
        who,
        why,
        language,
        until: new Date(until ?? Date.now() + hours! * HOUR_MS).toISOString(),
      }),
    { validator: requireSilence },
  );
  setHandler(
    waive,
    ({ who, why, language, findings }) => act({ action: 'waive', who, why, language, findings }),
    {
      validator: requireWaiver,
    },
  );
  setHandler(rerunVictims, (word) => startRerun(id, word), { validator: requirePerson });

  for (;;) {
    isChanged = false;
    const step = await control.advanceIncident({ id });
    upsertSearchAttributes([
      { key: severityKey, value: step.severity },
      { key: outcomeKey, value: step.state },
      ...(step.about?.isJob ? [{ key: jobNameKey, value: step.about.name }] : []),
    ]);
    setCurrentDetails(step.text);
    if (step.told) await deliverPending();
    if (step.ended) {
      await condition(allHandlersFinished);
      return { state: step.state };
    }
    if (step.waitMs === null) await condition(() => isChanged);
    else await condition(() => isChanged, step.waitMs);
    if (workflowInfo().historyLength > LONG_HISTORY_EVENTS) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof incident>({ id });
    }
  }
}

async function startRerun(id: number, { who, why, language = 'en' }: PersonsWord): Promise<string> {
  const rerunId = workflowIds.rerunIncident(id);
  try {
    await startChild(rerun, {
      workflowId: rerunId,
      taskQueue: TASK_QUEUES.control,
      args: [{ incident: id, who, why }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Run the victims of incident ${id} again, asked by ${who.slice(0, 80)}`,
    });
    return SAID_OF_ACTS[language].rerun(id, rerunId);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return SAID_OF_ACTS[language].rerunAlready(id, rerunId);
  }
}

function requirePerson(word: PersonsWord): void {
  for (const name of ['who', 'why'] as const) {
    const text: unknown = word?.[name];
    if (typeof text !== 'string' || text.trim() === '') throw new Error(`${name} must be given`);
    if (text.length > LONGEST_TEXT) throw new Error(`${name} may have ${LONGEST_TEXT} characters`);
  }
  const { language = 'en' } = word;
  if (!Object.hasOwn(SAID_OF_ACTS, language))
    throw new Error(`language is en or fr, got ${String(language).slice(0, 20)}`);
}

function requireSilence(word: SilenceWord): void {
  requirePerson(word);
  const { until, hours } = word;
  if ((until === undefined) === (hours === undefined)) throw new Error('either until or hours must be given');
  const untilMs = until === undefined ? Date.now() + Number(hours) * HOUR_MS : Date.parse(until);
  const aheadHours = (untilMs - Date.now()) / HOUR_MS;
  if (!(aheadHours > 0 && aheadHours <= LONGEST_SILENCE_HOURS)) {
    throw new Error(`a silence ends within ${LONGEST_SILENCE_HOURS} hours from now`);
  }
}

function requireWaiver(word: WaiveWord): void {
  requirePerson(word);
  const { findings } = word;
  if (findings === undefined) return;
  const isFine =
    Array.isArray(findings) &&
    findings.length <= MOST_FINDINGS &&
    findings.every((key) => typeof key === 'string' && key.length <= LONGEST_TEXT);
  if (!isFine) throw new Error(`findings are at most ${MOST_FINDINGS} keys`);
}
