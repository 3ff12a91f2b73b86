import type { PoolClient } from 'pg';
import type { FileLedger } from '../../db/load/files.ts';
import { findIntake, sumOfDay } from '../../db/load/intake.ts';
import type { Queryable } from '../../db/pool.ts';
import {
  DEFAULT_QUARANTINE_LIMIT,
  exceedsLimit,
  type QuarantineLimit,
  type RefusedShare,
} from '../../models/clean/quarantine-limit.ts';
import { FileHeld } from './hold-file.ts';

/** Code of a file that is held by the limit, and kind of the incident. */
export const QUARANTINE_LIMIT = 'quarantine-limit';

/** Decides, file by file, whether a source goes beyond the limit of refused rows. */
export class QuarantineGate {
  readonly #source: string;
  readonly #limit: QuarantineLimit;
  #isPaused: boolean;
  /** By day: what the ledger says, and what this load adds to it. */
  readonly #inLedger = new Map<string, RefusedShare>();
  readonly #added = new Map<string, RefusedShare>();

  private constructor(source: string, limit: QuarantineLimit, isPaused: boolean) {
    this.#source = source;
    this.#limit = limit;
    this.#isPaused = isPaused;
  }

  static async open(client: Queryable, source: string): Promise<QuarantineGate> {
    const { limit, pausedAt } = await findIntake(client, source);
    return new QuarantineGate(source, { ...DEFAULT_QUARANTINE_LIMIT, ...limit }, pausedAt !== null);
  }

  /** Whether a file may be loaded now: a paused source waits, but for what a person let through. */
  isOpenFor(file: FileLedger): boolean {
    return !this.#isPaused || file.limitWaived;
  }

  /**
   * Called while a file is read, so that one which is wrong from end to end is not read to its end.
   *
   * @throws FileHeld
   */
  requireFew(file: FileLedger, refused: number): void {
    if (file.limitWaived || refused <= this.#limit.rowsPerFile) return;
    throw new FileHeld(
      QUARANTINE_LIMIT,
      `${file.name}: more than ${this.#limit.rowsPerFile} rows cannot be read, the limit of a file`,
    );
  }

  /**
   * Called when a file was read, in the order of loading.
   *
   * @param client is idle
   * @throws FileHeld when the file, alone or with its day, goes beyond the limit; from then on the gate is closed
   */
  async pass(client: PoolClient, file: FileLedger, counts: RefusedShare): Promise<void> {
    if (file.limitWaived) return;
    const day = file.receivedAt.toISOString().slice(0, 10);
    const added = this.#added.get(day) ?? { rowsIn: 0, refused: 0 };
    if (counts.refused > 0) {
      const known = this.#inLedger.get(day) ?? (await sumOfDay(client, this.#source, file.receivedAt));
      this.#inLedger.set(day, known);
      const exceeded = exceedsLimit(counts, plus(known, added), this.#limit);
      if (exceeded !== null) {
        this.#isPaused = true;
        throw new FileHeld(QUARANTINE_LIMIT, `${file.name}: ${exceeded}`);
      }
    }
    this.#added.set(day, plus(added, counts));
  }
}

const plus = (a: RefusedShare, b: RefusedShare): RefusedShare => ({
  rowsIn: a.rowsIn + b.rowsIn,
  refused: a.refused + b.refused,
});
