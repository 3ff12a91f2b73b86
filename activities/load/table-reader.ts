import { createMetricCleaner } from '../../models/clean/clean-metrics.ts';
import { createRunCleaner } from '../../models/clean/clean-runs.ts';
import type { CleanedBatch, CleaningTotals, RowPlace } from '../../models/clean/clean-table.ts';
import { inspectMetricFile, inspectRunFile } from '../../models/clean/inspect-file.ts';
import { createRowCheck } from '../../models/contract/check-row.ts';
import { inspectByContract } from '../../models/contract/inspect-by-contract.ts';
import { createEventCleaner } from '../../models/events/event-cleaner.ts';
import type { RunEvent } from '../../models/events/run-event.ts';
import type { MetricSample, RunRecord } from '../../models/records/run.ts';
import { ArchiveBomb, DamagedArchive } from '../../services/decompress.ts';
import type { SourceWithContract } from './source-contracts.ts';

/** The file as a whole cannot be loaded; nothing of it is. */
export class FileRefused extends Error {
  override name = 'FileRefused';
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** The file breaks the contract of its source: nothing of it is loaded until a person decides. */
export class SchemaChanged extends FileRefused {
  override name = 'SchemaChanged';
  readonly contractVersion: number;
  constructor(code: string, detail: string, contractVersion: number) {
    super(code, detail);
    this.contractVersion = contractVersion;
  }
}

/** What is read from a file; which it is follows from the kind of its source. */
export type SourceRecord = (RunRecord | MetricSample | RunEvent) & RowPlace;

/** Reads one file, chunk by chunk. */
export interface TableReader {
  /** What was detected, to be kept with the file. */
  dialect: object;
  push(chunk: Uint8Array): CleanedBatch<RunRecord | MetricSample | RunEvent>;
  end(): CleanedBatch<RunRecord | MetricSample | RunEvent> & { totals: CleaningTotals };
}

/**
 * A reader for a file of a source.
 *
 * @param start its first bytes: 64 KiB, or the whole file (`complete`)
 * @throws FileRefused when they are those of no such table; SchemaChanged when they break the contract
 */
export function openReader(source: SourceWithContract, start: Uint8Array, complete: boolean): TableReader {
  if (source.kind === 'events') {
    return { dialect: { format: 'received-events' }, ...createEventCleaner(source.namespace) };
  }
  const { contract } = source;
  const isRuns = source.kind === 'runs';
  const inspected =
    contract !== null
      ? inspectByContract(contract, start, complete)
      : isRuns
        ? inspectRunFile(start, complete)
        : inspectMetricFile(start, complete);
  if ('held' in inspected) throw new SchemaChanged(inspected.code, inspected.detail, contract!.version);
  if ('code' in inspected) throw new FileRefused(inspected.code, inspected.detail);
  const { decimalMark, dateOrder } = inspected.dialect;
  const timeZone = contract?.timeZone ?? source.timeZone;
  const options = {
    ...(inspected as never as { dialect: never; columns: never }),
    ...(timeZone && { timeZone }),
    ...(contract && {
      checkOf: (header: readonly string[]) => createRowCheck(contract, header, decimalMark, dateOrder),
    }),
  };
  const cleaner = isRuns
    ? createRunCleaner({ namespace: source.namespace, ...options })
    : createMetricCleaner(options);
  return {
    dialect: { ...inspected.dialect, evidence: inspected.evidence },
    push: cleaner.push,
    end: cleaner.end,
  };
}

/** The refusal that an error of reading means; null when it is an outage or a mistake of ours. */
export function refusalOf(error: unknown): FileRefused | null {
  if (error instanceof FileRefused) return error;
  if (error instanceof DamagedArchive) return new FileRefused('damaged-archive', error.message);
  if (error instanceof ArchiveBomb) return new FileRefused('archive-bomb', error.message);
  return null;
}
