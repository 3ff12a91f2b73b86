import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config.ts';
import { ProblemError, problemOf } from './http/problem.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** A person waits for the answer. */
const CALL_TIMEOUT_MS = 15_000;

/** The connection to Temporal, made when it is first needed: pages are served without it. */
export interface LazyTemporal {
  /** @throws ProblemError 503 when nobody answers in time */
  call<T>(work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function createLazyTemporal(
  config: Pick<Config, 'temporalAddress' | 'temporalNamespace'>,
): LazyTemporal {
  let opening: Promise<Connection> | undefined;
  const open = () => {
    opening ??= Connection.connect({
      address: config.temporalAddress,
      connectTimeout: CONNECT_TIMEOUT_MS,
    }).catch((error: unknown) => {
      // The next one tries again.
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    async call(work) {
      const connection = await open().catch(() => {
        throw unreachable('Temporal does not answer.');
      });
      const client = new Client({ connection, namespace: config.temporalNamespace });
      try {
        return await connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () => work(client));
      } catch (error) {
        if (isUnanswered(error)) throw unreachable('Temporal, or the worker, does not answer.');
        throw error;
      }
    },
    async close() {
      await (await opening?.catch(() => undefined))?.close();
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

/** gRPC: DEADLINE_EXCEEDED, UNAVAILABLE, CANCELLED. https://grpc.io/docs/guides/status-codes/ */
const NOT_NOW = new Set([1, 4, 14]);

function isUnanswered(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at.name === 'WorkflowUpdateRPCTimeoutOrCancelledError') return true;
    if (NOT_NOW.has((at as { code?: unknown }).code as number)) return true;
  }
  return false;
}
