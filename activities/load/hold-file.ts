import type { PoolClient } from 'pg';
import { lastArrival } from '../../db/estate-clock.ts';
import { type FileLedger, markStopped } from '../../db/load/files.ts';
import { pauseSource } from '../../db/load/intake.ts';
import type { RaisedVariant } from '../../models/detect/incidents/settle-findings.ts';
import type { Teller } from '../alerts/tell-news.ts';
import type { Dependencies } from '../dependencies.ts';
import { raiseSourceIncident } from '../detect/source-incidents.ts';
import { FileRefused } from './table-reader.ts';

/** The file waits for a decision of a person; nothing of it is loaded and nothing of it is lost. */
export class FileHeld extends FileRefused {
  override name = 'FileHeld';
  readonly variant: RaisedVariant;
  constructor(variant: RaisedVariant, detail: string) {
    super(variant, detail);
    this.variant = variant;
  }
}

/** Holds a file, stops the intake of its source and tells people, in the caller's transaction. */
export async function holdForLimit(
  client: PoolClient,
  teller: Teller & Pick<Dependencies, 'time'>,
  file: FileLedger,
  { code, variant, message: detail }: FileHeld,
): Promise<void> {
  const lastKnown = teller.time === 'data' ? await lastArrival(client) : null;
  const at = lastKnown ?? new Date(teller.now());
  await markStopped(client, 'held', file.sha256, code, detail);
  await pauseSource(client, file.source, at);
  await raiseSourceIncident(client, teller, { variant, source: file.source, detail, at });
}
