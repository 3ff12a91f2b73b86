import { type FSWatcher, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface FolderWatch {
  close(): void;
}

export interface FolderWatchOptions {
  /** A file is told of once nobody touched it for so long. */
  settleMs: number;
  /** The files never come to rest: each is told of `settleMs` after its first change since the last time. */
  growing: boolean;
  /** Names, inside the folder, that are of interest. */
  isWanted: (name: string) => boolean;
  /** Complete files, as paths inside the folder; those of a moment together. */
  onComplete: (names: string[]) => void;
  /** The watch is gone, and is set up again by itself. */
  onLost: (reason: string) => void;
}

/** Told together: files of one transfer come within moments. A flood is told of now and then only. */
const GATHER_MS = 20;
const FLOOD_GATHER_MS = 250;
/** Times of files are finer than the clock, and some file systems round them up. */
const CLOCK_SLACK_MS = 2_000;
const SLACK_MS = 10;
/** Beyond these the next look into the folder finds the rest. */
const MAX_WAITING = 10_000;
const MAX_FOLDERS = 1_000;
const MAX_TOLD = 200;
const RETRY_MS = 30_000;

/**
 * Watches a folder and its subfolders for files that are complete. It may miss some (the system drops notices when
 * there are too many, network shares send none): it makes a look come sooner and replaces none.
 *
 * Folders are watched, not files: a watch for each of 100,000 files would exhaust what the system allows.
 */
export function watchFolder(folder: string, options: FolderWatchOptions): FolderWatch {
  const { settleMs, growing, isWanted, onComplete, onLost } = options;
  const folders = new Map<string, FSWatcher>();
  const waiting = new Map<string, NodeJS.Timeout>();
  let complete = new Set<string>();
  let gathering: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  let toldAtMs = Number.NEGATIVE_INFINITY;

  const tell = (name: string) => {
    complete.add(name);
    const sinceMs = performance.now() - toldAtMs;
    gathering ??= setTimeout(
      () => {
        gathering = undefined;
        toldAtMs = performance.now();
        // The newest of a flood: the look into the folder is busy with the others already.
        const names = [...complete].slice(-MAX_TOLD);
        complete = new Set();
        onComplete(names);
      },
      sinceMs < FLOOD_GATHER_MS ? FLOOD_GATHER_MS : GATHER_MS,
    );
  };

  const wait = (name: string, ms: number) => {
    if (waiting.has(name)) {
      if (growing) return;
      clearTimeout(waiting.get(name));
    } else if (waiting.size >= MAX_WAITING) return;
    waiting.set(
      name,
      setTimeout(() => {
        waiting.delete(name);
        void look(name, true);
      }, ms),
    );
  };

  const look = async (name: string, hasWaited: boolean) => {
    const found = await stat(path.join(folder, name)).catch(() => null);
    if (isClosed || found === null) return;
    if (found.isDirectory()) return watchOne(name, true);
    if (!found.isFile() || !isWanted(name)) return;
    if (growing) return hasWaited ? tell(name) : wait(name, settleMs);
    const restMs = settleMs - (Date.now() - found.mtimeMs);
    // A time that lies ahead is of another clock: the look into the folder decides about such a file.
    if (restMs <= 0 || restMs > settleMs + CLOCK_SLACK_MS) tell(name);
    else wait(name, restMs + SLACK_MS);
  };

  const watchOne = async (inside: string, isNew: boolean) => {
    if (folders.has(inside) || folders.size >= MAX_FOLDERS || path.basename(inside).startsWith('.')) return;
    const at = path.join(folder, inside);
    try {
      const watcher = watch(at, (_event, name) => {
        if (name !== null) void look(path.posix.join(inside, name), false);
      });
      watcher.on('error', (error) => lose(inside, error));
      folders.set(inside, watcher);
      const entries = await readdir(at, { withFileTypes: true });
      for (const entry of entries) {
        const name = path.posix.join(inside, entry.name);
        if (entry.isDirectory()) await watchOne(name, isNew);
        // What came into a new folder before it was watched made no notice. A large one is no news but a backlog.
        else if (isNew && entries.length <= MAX_TOLD) await look(name, false);
      }
    } catch (error) {
      lose(inside, error as Error);
    }
  };

  const lose = (inside: string, error: Error) => {
    folders.get(inside)?.close();
    folders.delete(inside);
    if (isClosed || (inside !== '' && (error as NodeJS.ErrnoException).code === 'ENOENT')) return;
    onLost(error.message);
    retry ??= setTimeout(() => {
      retry = undefined;
      void watchOne(inside, true);
    }, RETRY_MS);
  };

  void watchOne('', false);
  return {
    close() {
      isClosed = true;
      for (const watcher of folders.values()) watcher.close();
      for (const timer of waiting.values()) clearTimeout(timer);
      clearTimeout(gathering);
      clearTimeout(retry);
    },
  };
}
