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
  /** The names a half-written file may get when it is finished; empty for that of a finished one. */
  finishedNames: (name: string) => string[];
  /**
   * Complete files, as paths inside the folder; those of a moment together. `moved` are those of them that were
   * renamed from their temporary name: they are complete without any rest.
   */
  onComplete: (names: string[], moved: string[]) => void;
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
/** Whoever goes on writing under the final name has done so by then. */
const MOVED_MS = 30;
const RETRY_MS = 30_000;

/**
 * Watches a folder and its subfolders for files that are complete. It may miss some (the system drops notices when
 * there are too many, network shares send none): it makes a look come sooner and replaces none.
 *
 * Folders are watched, not files: a watch for each of 100,000 files would exhaust what the system allows.
 */
export function watchFolder(folder: string, options: FolderWatchOptions): FolderWatch {
  const { settleMs, growing, isWanted, finishedNames, onComplete, onLost } = options;
  const folders = new Map<string, FSWatcher>();
  const waiting = new Map<string, NodeJS.Timeout>();
  /** Of each name, the temporary one it is expected from. */
  const temporary = new Map<string, string>();
  const moving = new Map<string, NodeJS.Timeout>();
  let complete = new Set<string>();
  let moved = new Set<string>();
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
        const movedNames = names.filter((name) => moved.has(name));
        complete = new Set();
        moved = new Set();
        onComplete(names, movedNames);
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

  const onNotice = (event: string, name: string) => {
    const expected = finishedNames(name);
    for (const final of expected) {
      if (temporary.size >= MAX_WAITING) temporary.clear();
      temporary.set(final, name);
    }
    clearTimeout(moving.get(name));
    moving.delete(name);
    const from = temporary.get(name);
    if (event === 'rename' && from !== undefined && !growing) {
      moving.set(
        name,
        setTimeout(() => void tellMoved(name, from), MOVED_MS),
      );
    }
    void look(name, false);
  };

  /** A name that came, and nothing was written to, while the temporary one went: it was renamed. */
  const tellMoved = async (name: string, from: string) => {
    moving.delete(name);
    const [there, gone] = await Promise.all(
      [name, from].map((one) => stat(path.join(folder, one)).catch(() => null)),
    );
    if (isClosed || !there?.isFile() || gone !== null || !isWanted(name)) return;
    temporary.delete(name);
    clearTimeout(waiting.get(name));
    waiting.delete(name);
    moved.add(name);
    tell(name);
  };

  const watchOne = async (inside: string, isNew: boolean) => {
    if (folders.has(inside) || folders.size >= MAX_FOLDERS || path.basename(inside).startsWith('.')) return;
    const at = path.join(folder, inside);
    try {
      const watcher = watch(at, (event, name) => {
        if (name !== null) onNotice(event, path.posix.join(inside, name));
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
      for (const timer of [...waiting.values(), ...moving.values()]) clearTimeout(timer);
      clearTimeout(gathering);
      clearTimeout(retry);
    },
  };
}
