import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { closeSenders, createSenders } from '../activities/alerts/senders.ts';
import type { Dependencies } from '../activities/dependencies.ts';
import { type Config, commandEnvironment } from '../config.ts';
import { createPool } from '../db/pool.ts';
import { calendarNamed } from '../models/features/holiday-calendar.ts';
import { readModelKeys } from '../services/model-keys.ts';
import { createObjectStore } from '../services/object-store.ts';
import { createOutgoing } from '../services/outgoing.ts';
import { startJob } from '../services/scheduler.ts';
import { createModelThread } from './model-thread.ts';
import { trainingLimitsHere } from './training-limits.ts';

/** The version in package.json. */
function codeVersion(): string {
  const file = path.join(import.meta.dirname, '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Opens everything the activities need. */
export function createDependencies(
  config: Config,
  logger: Logger,
): Dependencies & { close(): Promise<void> } {
  const pool = createPool(config.databaseUrl, {
    applicationName: 'smart-etl-worker',
    onError: (error) => logger.warn({ error: error.message }, 'lost a database connection'),
  });
  const outgoing = createOutgoing(config.outgoing);
  const senders = createSenders(config.alerts.channels, { outgoing });
  return {
    pool,
    objectStore: createObjectStore(config),
    modelKeys: readModelKeys(config),
    alerts: { ...config.alerts, timeZone: config.timeZone },
    senders,
    modelThread: createModelThread(trainingLimitsHere(config.trainingThreads)),
    time: config.time,
    timeZone: config.timeZone,
    calendar: calendarNamed(config.calendar),
    pseudonymKey: config.pseudonymKey,
    language: config.language,
    gate: config.gate,
    promotion: config.promotion,
    monitoring: config.monitoring,
    rerunRules: config.rerun,
    startJob: (start, signal) => startJob(start, commandEnvironment(), outgoing, signal),
    linkKey: config.linkKey,
    workflowUrl: (workflowId) =>
      `${config.temporalUiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(config.temporalNamespace)}/workflows/${encodeURIComponent(workflowId)}`,
    codeVersion: codeVersion(),
    pageUrl: `http://${config.apiHost}:${config.apiPort}`,
    now: Date.now,
    async close() {
      closeSenders(senders);
      await pool.end();
    },
  };
}
