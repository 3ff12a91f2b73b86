/** A part of the stack and what is known about it. */
import type { ProcessIdentity } from './process-identity.ts';
import type { Exit, StartHooks } from './server-process.ts';

export type PartName =
  | 'postgres'
  | 'temporal'
  | 'object-store'
  | 'mail-sink'
  | 'migrate'
  | 'set-up'
  | 'worker'
  | 'api';

/** A part that serves now. `exited` is absent for what runs inside the supervising process. */
export interface RunningPart {
  exited?: Promise<Exit>;
  stop(): Promise<void>;
}

export interface Part {
  name: PartName;
  /** For people: "PostgreSQL". */
  title: string;
  /** Parts that must have served, or ended well, before this one starts. */
  needs: readonly PartName[];
  /** Where it is found, without secrets. */
  url: string | null;
  /** Starts it; nothing is returned by a task, which has ended well when the promise settles. */
  start(hooks: Required<StartHooks>): Promise<RunningPart | undefined>;
}

/**
 * `waiting` for others, `starting`, `up`, `done` (a task), `restarting` after it ended or did not start,
 * `failing` when that happened five times in a row (it is still tried), `stopped`.
 */
export type PartState = 'waiting' | 'starting' | 'up' | 'done' | 'restarting' | 'failing' | 'stopped';

export interface PartStatus {
  name: PartName;
  title: string;
  state: PartState;
  url: string | null;
  /** When the state began, ISO 8601. */
  since: string;
  process: ProcessIdentity | null;
  restarts: number;
  /** Why it is not up, in one line; and the last lines of its log. */
  error: string | null;
  lastLines: string[];
}
