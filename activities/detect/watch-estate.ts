import type { PoolClient } from 'pg';
import { listSampledHosts, readHostFacts, saveHostWatches } from '../../db/detect/read-host-facts.ts';
import { readRiskFacts } from '../../db/forecast/read-risk-facts.ts';
import { readSourceFacts } from '../../db/load/read-source-facts.ts';
import { listSources } from '../../db/load/sources.ts';
import { type Finding, type Subject, subjectKey } from '../../models/detect/finding.ts';
import { advanceHost } from '../../models/detect/hosts/advance-host.ts';
import { detectHost } from '../../models/detect/hosts/detect-host.ts';
import type { HostFinding } from '../../models/detect/hosts/host-facts.ts';
import { detectRisk } from '../../models/detect/risk/detect-risk.ts';
import { detectSource } from '../../models/detect/sources/detect-source.ts';
import type { Dependencies } from '../dependencies.ts';
import { withContract } from '../load/source-contracts.ts';

export interface EstateWatched {
  found: (Finding | HostFinding)[];
  /** `subjectKey` of every server and source that was looked at. */
  looked: Set<string>;
}

/**
 * Looks at every server and every source as of an instant. What was learned of the servers is kept in the caller's
 * transaction, so that a sample is learned exactly when what it told was written down. A look in the past of a server
 * learns anew what was known then, and keeps nothing.
 */
export async function watchEstate(
  client: PoolClient,
  asOf: Date,
  { time, calendar }: Pick<Dependencies, 'time' | 'calendar'>,
): Promise<EstateWatched> {
  const watched: EstateWatched = { found: [], looked: new Set() };
  const note = (subject: Subject, found: readonly Finding[]) => {
    watched.looked.add(subjectKey(subject));
    watched.found.push(...found);
  };
  const asOfMs = asOf.getTime();
  for (const host of await listSampledHosts(client, asOf)) {
    const facts = advanceHost(await readHostFacts(client, host, asOf, time), asOfMs);
    note({ type: 'host', host }, detectHost(facts, asOfMs));
    await saveHostWatches(client, facts);
  }
  for (const source of await listSources(client)) {
    const { contract } = await withContract(client, source);
    const facts = await readSourceFacts(client, {
      source: source.name,
      asOf,
      time,
      // On its public holidays a source may rest.
      calendar: calendar.name,
      timeZone: contract?.timeZone ?? null,
      freshnessMs: contract?.freshnessMs ?? null,
    });
    note({ type: 'source', source: source.name }, detectSource(facts, asOfMs));
  }
  return watched;
}

/** Critical jobs that the newest forecast says will fail. */
export const askForecast = async (client: PoolClient, asOf: Date): Promise<Finding[]> =>
  detectRisk(await readRiskFacts(client, asOf), asOf.getTime());
