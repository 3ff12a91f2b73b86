import type { Source } from '../../db/load/sources.ts';
import { withTransaction } from '../../db/pool.ts';
import type { Dependencies } from '../dependencies.ts';
import { endSourceIncident, raiseSourceIncident } from '../detect/source-incidents.ts';

/** Tells people once that a source cannot be read, and once that it can be again. */
export function createReadabilityTeller(dependencies: Dependencies, source: Source) {
  const { pool, now } = dependencies;
  const incident = () => ({
    variant: 'source-unreadable' as const,
    source: source.name,
    at: new Date(now()),
  });
  return {
    unreadable: (detail: string) =>
      withTransaction(pool, (client) => raiseSourceIncident(client, dependencies, { ...incident(), detail })),
    readable: () => withTransaction(pool, (client) => endSourceIncident(client, dependencies, incident())),
  };
}

/** Tells nothing. */
export const SILENT: ReturnType<typeof createReadabilityTeller> = {
  unreadable: async () => false,
  readable: async () => false,
};
