import type { PoolClient } from 'pg';
import { lastArrival } from '../db/estate-clock.ts';
import { type FileLedger, markStopped } from '../db/files.ts';
import type { SourceIncidentKind } from '../db/incidents.ts';
import { pauseSource } from '../db/intake.ts';
import type { Dependencies } from './dependencies.ts';
import { raiseSourceIncident } from './source-incidents.ts';
import { FileRefused } from './table-reader.ts';

/** The file waits for a decision of a person; nothing of it is loaded and nothing of it is lost. */
export class FileHeld extends FileRefused {
  override name = 'FileHeld';
  readonly kind: SourceIncidentKind;
  constructor(kind: SourceIncidentKind, detail: string) {
    super(kind, detail);
    this.kind = kind;
  }
}

/** Holds a file, stops the intake of its source and tells people, in the caller's transaction. */
export async function holdForLimit(
  client: PoolClient,
  { alerts, pageUrl, time, now }: Pick<Dependencies, 'alerts' | 'pageUrl' | 'time' | 'now'>,
  file: FileLedger,
  { code, kind, message: detail }: FileHeld,
): Promise<void> {
  const lastKnown = time === 'data' ? await lastArrival(client) : null;
  const at = lastKnown ?? new Date(now());
  await markStopped(client, 'held', file.sha256, code, detail);
  await pauseSource(client, file.source, at);
  await raiseSourceIncident(client, { alerts, pageUrl }, { kind, source: file.source, detail, at });
}
