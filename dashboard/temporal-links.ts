import type { Overview } from '../api/contract/system.ts';

type Temporal = Overview['temporal'];

/** Values in a list filter of Temporal stand in double quotes. */
const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

const listOf = ({ uiUrl, namespace }: Temporal, query: string): string =>
  `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`;

/** Every workflow of a type. */
export const workflowsOfType = (temporal: Temporal, type: string): string =>
  listOf(temporal, `WorkflowType=${quoted(type)}`);

/** Every run of one workflow id: a list, so that retries and resets are seen beside one another. */
export const workflowOfId = (temporal: Temporal, workflowId: string): string =>
  listOf(temporal, `WorkflowId=${quoted(workflowId)}`);

/** What workflows did about a job: those of its incidents carry its name. */
export const workflowsOfJob = (temporal: Temporal, job: string): string =>
  listOf(temporal, `JobName=${quoted(job)}`);

/** The batches that loaded files of a source. */
export const batchesOfSource = (temporal: Temporal, source: string): string =>
  listOf(temporal, `WorkflowType="ingestFiles" AND WorkflowId STARTS_WITH ${quoted(`ingest/${source}/`)}`);

export const temporalHome = ({ uiUrl, namespace }: Temporal): string =>
  `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`;
