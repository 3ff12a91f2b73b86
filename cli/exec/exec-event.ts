import { EXEC_FACET } from '../../models/events/exec-facet.ts';
import type { CommandEnd } from './command-run.ts';

const PRODUCER = 'urn:smart-etl:exec';
const SCHEMA = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';
const ERROR_SCHEMA = 'https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json';

export interface ExecRun {
  namespace: string;
  job: string;
  runId: string;
  host: string;
}

/** An OpenLineage run event with what the envelope of its eventType asks for. */
export interface ExecEvent {
  eventType: 'START' | 'COMPLETE' | 'FAIL' | 'ABORT';
  /** ISO 8601, UTC. */
  eventTime: string;
  run: { runId: string; facets: Record<string, object> };
  [field: string]: unknown;
}

/** The start of a command. The command itself is not told: its arguments may hold passwords. */
export function startEvent(run: ExecRun, startedAt: number): ExecEvent {
  return eventOf(run, 'START', startedAt, {});
}

export function endEvent(run: ExecRun, end: CommandEnd): ExecEvent {
  const { exitStatus, durationMs, cancelled, stderrTail } = end;
  const told = { exitStatus, durationMs };
  if (exitStatus === 0) {
    return eventOf(run, 'COMPLETE', end.endedAt, stderrTail === '' ? told : { ...told, log: stderrTail });
  }
  const message = [`exit status ${exitStatus}`, stderrTail].filter(Boolean).join('\n');
  return eventOf(run, cancelled ? 'ABORT' : 'FAIL', end.endedAt, told, {
    errorMessage: {
      _producer: PRODUCER,
      _schemaURL: ERROR_SCHEMA,
      message,
      programmingLanguage: 'shell',
    },
  });
}

function eventOf(
  { namespace, job, runId, host }: ExecRun,
  eventType: ExecEvent['eventType'],
  instant: number,
  told: object,
  facets: Record<string, object> = {},
): ExecEvent {
  const execFacet = { _producer: PRODUCER, _schemaURL: 'urn:smart-etl:exec-facet:1', host, ...told };
  return {
    eventType,
    eventTime: new Date(instant).toISOString(),
    producer: PRODUCER,
    schemaURL: SCHEMA,
    run: { runId, facets: { [EXEC_FACET]: execFacet, ...facets } },
    job: { namespace, name: job },
    inputs: [],
    outputs: [],
  };
}
