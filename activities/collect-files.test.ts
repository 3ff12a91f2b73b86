import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityStage, openActivityStage } from '../tests/activity-stage.ts';
import { createDiscoverFiles, createListPendingFiles, createStoreOriginals } from './collect-files.ts';

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage();
  mkdirSync(path.join(stage.folder, 'runs', 'night'), { recursive: true });
});
afterAll(() => stage.close());

/** Writes a file that was touched a minute ago. */
function drop(name: string, text: string, ageSeconds = 60): void {
  const file = path.join(stage.folder, 'runs', name);
  writeFileSync(file, text);
  const at = Date.now() / 1000 - ageSeconds;
  utimesSync(file, at, at);
}
const discover = async () =>
  (await stage.run(createDiscoverFiles(stage.dependencies), { source: 'runs' })).arrivals;
const store = (arrivals: Awaited<ReturnType<typeof discover>>) =>
  stage.run(createStoreOriginals(stage.dependencies), { source: 'runs', arrivals });
const waiting = async () =>
  (await stage.run(createListPendingFiles(stage.dependencies), { source: 'runs' })).files;

describe('collecting a drop folder', () => {
  it('takes finished files, also of subfolders, oldest first, and leaves half-written ones', async () => {
    drop('b.csv', 'b', 30);
    drop('night/a.csv', 'a', 90);
    drop('c.csv.part', 'c');
    drop('.hidden.csv', 'd');
    drop('fresh.csv', 'e', 0);
    const arrivals = await discover();
    expect(arrivals.map((arrival) => arrival.path)).toEqual(['night/a.csv', 'b.csv']);
    expect(await store(arrivals)).toEqual({ stored: 2 });
    expect(await waiting()).toHaveLength(2);
  });

  it('done twice is done once', async () => {
    const before = await waiting();
    drop('again.csv', 'again');
    const arrivals = await discover();
    await store(arrivals);
    await store(arrivals);
    expect(await discover()).toEqual([]);
    expect((await waiting()).length).toBe(before.length + 1);
  });

  it('takes a file that has changed as another one, and the same bytes under another name as the same', async () => {
    const before = await waiting();
    drop('again.csv', 'again and more');
    drop('copy.csv', 'again');
    await store(await discover());
    expect((await waiting()).length).toBe(before.length + 1);
  });

  it('skips a file that is gone meanwhile', async () => {
    drop('gone.csv', 'gone');
    const arrivals = await discover();
    rmSync(path.join(stage.folder, 'runs', 'gone.csv'));
    expect(await store(arrivals)).toEqual({ stored: 0 });
  });

  it('says which source or folder it cannot find', async () => {
    const lost = stage.run(createDiscoverFiles(stage.dependencies), { source: 'nowhere' });
    await expect(lost).rejects.toThrow('no source named "nowhere" is configured');
    const empty = stage.run(createDiscoverFiles(stage.dependencies), { source: 'metrics' });
    await expect(empty).rejects.toThrow(/^drop folder .*metrics: ENOENT/);
  });
});
