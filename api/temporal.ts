import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { BadTemporalSetting } from '../services/bad-temporal-setting.ts';
import { connectTemporal, type TemporalAccess, type TemporalLink } from '../services/temporal-link.ts';
import { ProblemError, problemOf } from './http/problem.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** A person waits for the answer. */
const CALL_TIMEOUT_MS = 15_000;

/** The connection to Temporal, made when it is first needed: pages are served without it. */
export interface LazyTemporal {
  /** @throws ProblemError 503 when nobody answers in time, or when one side does not trust the other */
  call<T>(work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function createLazyTemporal(link: TemporalLink, log: Logger): LazyTemporal {
  let opening: Promise<TemporalAccess> | undefined;
  const open = () => {
    opening ??= connectTemporal(link, CONNECT_TIMEOUT_MS).catch((error: unknown) => {
      // The next one tries again.
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    async call(work) {
      const { connection, client } = await open().catch((error: unknown) => {
        if (!(error instanceof BadTemporalSetting)) throw unreachable('Temporal does not answer.');
        log.error({ err: error }, 'Temporal cannot be used until the settings are mended');
        throw distrusted();
      });
      try {
        return await connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () => work(client));
      } catch (error) {
        if (isUnanswered(error)) throw unreachable('Temporal, or the worker, does not answer.');
        throw error;
      }
    },
    async close() {
      await (await opening?.catch(() => undefined))?.connection.close();
    },
  };
}

const unreachable = (what: string): ProblemError =>
  new ProblemError(
    problemOf('temporal-unreachable', 503, `${what} Trying again in a few seconds may help.`),
    {
      'retry-after': '5',
    },
  );

/** What is wrong is in the log: it tells how we are set up. */
const distrusted = (): ProblemError =>
  new ProblemError(
    problemOf(
      'temporal-distrusted',
      503,
      'Smart ETL and Temporal do not trust one another: whoever runs this server finds the setting in its log.',
    ),
    { 'retry-after': '300' },
  );

/** gRPC: DEADLINE_EXCEEDED, UNAVAILABLE, CANCELLED. https://grpc.io/docs/guides/status-codes/ */
const NOT_NOW = new Set([1, 4, 14]);

function isUnanswered(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at.name === 'WorkflowUpdateRPCTimeoutOrCancelledError') return true;
    if (NOT_NOW.has((at as { code?: unknown }).code as number)) return true;
  }
  return false;
}
