import type { PoolClient } from 'pg';
import type { RaisedVariant } from '../../models/detect/incidents/settle-findings.ts';
import { sourceTrouble, sourceTroubleKey } from '../../models/detect/incidents/source-trouble.ts';
import type { Teller } from '../alerts/tell-news.ts';
import { endIncidentOf, raiseIncidentOf } from './incident-of-finding.ts';

export interface SourceIncident {
  variant: RaisedVariant;
  source: string;
  /** What was found, one or more lines. */
  detail: string;
  at: Date;
}

/** Opens an incident of a source and tells of it; false while one of that kind is open. */
export async function raiseSourceIncident(
  client: PoolClient,
  teller: Teller,
  { variant, source, detail, at }: SourceIncident,
): Promise<boolean> {
  const finding = sourceTrouble(variant, source, detail, at.getTime());
  return (await raiseIncidentOf(client, teller, finding, 'major', at)) !== null;
}

/** Ends what is open of that kind, and tells those who were told. False when nothing is open. */
export const endSourceIncident = (
  client: PoolClient,
  teller: Teller,
  { variant, source, at }: Omit<SourceIncident, 'detail'>,
): Promise<boolean> => endIncidentOf(client, teller, sourceTroubleKey(variant, source), at);
