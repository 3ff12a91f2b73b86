import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type FolderWatch, type FolderWatchOptions, watchFolder } from './folder-watch.ts';

let open: FolderWatch | undefined;
let folder: string;
afterEach(() => {
  open?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Watches a new folder; `told` are the files it told of, `next` waits for one. */
async function openWatch(options: Partial<FolderWatchOptions> = {}) {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-watch-'));
  mkdirSync(path.join(folder, 'old'));
  writeFileSync(path.join(folder, 'before.csv'), 'was there before');
  const told: { name: string; atMs: number; moved: boolean }[] = [];
  open = watchFolder(folder, {
    settleMs: 150,
    growing: false,
    isWanted: (name) => !name.endsWith('.part'),
    finishedNames: (name) => (name.endsWith('.part') ? [name.slice(0, -5)] : []),
    onComplete: (names, moved) => {
      for (const name of names) told.push({ name, atMs: Date.now(), moved: moved.includes(name) });
    },
    onLost: () => {},
    ...options,
  });
  const next = (name: string) =>
    expect.poll(() => told.map((one) => one.name), { timeout: 5_000 }).toContain(name);
  // The watch is set up without a word: a first file shows that it is.
  await expect
    .poll(() => {
      writeFileSync(path.join(folder, 'ready.csv'), '');
      const past = Date.now() / 1000 - 60;
      utimesSync(path.join(folder, 'ready.csv'), past, past);
      return told.some(({ name }) => name === 'ready.csv');
    })
    .toBe(true);
  return {
    at: (name: string) => path.join(folder, name),
    told,
    next,
    names: () => told.map(({ name }) => name),
  };
}

describe('a watched folder', () => {
  it('tells of a file once nobody touches it any more', async () => {
    const { at, told, next } = await openWatch();
    writeFileSync(at('a.csv'), 'first');
    let lastMs = Date.now();
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      appendFileSync(at('a.csv'), 'more');
      lastMs = Date.now();
    }
    await next('a.csv');
    expect(told.find(({ name }) => name === 'a.csv')!.atMs - lastMs).toBeGreaterThanOrEqual(140);
  });

  it('tells of a file renamed into place, and not of its temporary name', async () => {
    const { at, told, next, names } = await openWatch({ settleMs: 5_000 });
    writeFileSync(at('b.csv.part'), 'whole');
    renameSync(at('b.csv.part'), at('b.csv'));
    const renamedMs = Date.now();
    await next('b.csv');
    const { atMs, moved } = told.find(({ name }) => name === 'b.csv')!;
    expect(moved).toBe(true);
    expect(atMs - renamedMs).toBeLessThan(2_500);
    expect(names()).not.toContain('b.csv.part');
    expect(names()).not.toContain('before.csv');
  });

  it('waits for the rest of a file that is written on under its final name, or beside its temporary one', async () => {
    const { at, told, next } = await openWatch({ settleMs: 400 });
    writeFileSync(at('c.csv.part'), 'half');
    renameSync(at('c.csv.part'), at('c.csv'));
    appendFileSync(at('c.csv'), 'more');
    writeFileSync(at('d.csv.part'), 'half');
    writeFileSync(at('d.csv'), '');
    await next('c.csv');
    await next('d.csv');
    expect(told.filter(({ moved }) => moved)).toEqual([]);
  });

  it('sees into subfolders, old, new and moved here', async () => {
    const { at, next } = await openWatch();
    writeFileSync(at('old/c.csv'), 'c');
    mkdirSync(at('new/deep'), { recursive: true });
    writeFileSync(at('new/deep/d.csv'), 'd');
    await next('old/c.csv');
    await next('new/deep/d.csv');
    writeFileSync(at('new/e.csv'), 'e');
    await next('new/e.csv');
  });

  it('tells of a growing file while it grows', async () => {
    const { at, names } = await openWatch({ growing: true, settleMs: 50 });
    const timer = setInterval(() => appendFileSync(at('app.log'), 'line\n'), 10);
    try {
      await expect
        .poll(() => names().filter((name) => name === 'app.log').length, { timeout: 5_000 })
        .toBeGreaterThan(2);
    } finally {
      clearInterval(timer);
    }
  });

  it('says when it is gone', async () => {
    const lost = Promise.withResolvers<string>();
    folder = path.join(tmpdir(), 'smart-etl-watch-nowhere');
    open = watchFolder(folder, {
      settleMs: 1,
      growing: false,
      isWanted: () => true,
      finishedNames: () => [],
      onComplete: () => {},
      onLost: lost.resolve,
    });
    expect(await lost.promise).toContain('ENOENT');
  });
});
