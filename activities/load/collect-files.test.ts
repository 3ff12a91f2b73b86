import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { saveSource } from '../../db/load/sources.ts';
import type { ConfiguredIntake } from '../../models/intake/intake-options.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import {
  createListPendingFiles,
  createStoreFiles,
  createStoreOriginals,
  type StoreFilesInput,
} from './collect-files.ts';

let stage: ActivityStage;
let nowMs = Date.now();
beforeAll(async () => {
  stage = await openActivityStage({ now: () => nowMs });
});
afterAll(() => stage.close());

/** A source with a folder of its own. */
async function openSource(name: string, intake?: ConfiguredIntake) {
  const folder = path.join(stage.folder, name);
  mkdirSync(folder, { recursive: true });
  await saveSource(stage.database.pool, { name, kind: 'runs', folder, namespace: 'default', intake });
  return {
    folder,
    /** Writes a file that was touched so long ago. */
    drop(file: string, text: string, ageSeconds = 60): void {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
      const at = nowMs / 1000 - ageSeconds;
      utimesSync(path.join(folder, file), at, at);
    },
    store: (more: Partial<StoreFilesInput> = {}) =>
      stage.run(createStoreFiles(stage.dependencies), { source: name, ...more }),
    waiting: async () =>
      (await stage.run(createListPendingFiles(stage.dependencies), { source: name })).files,
    names: async () =>
      (
        await stage.database.pool.query<{ name: string }>(
          `select name from file where source = $1 order by name`,
          [name],
        )
      ).rows.map((row) => row.name),
  };
}

const NOTHING = { stored: 0, unreadable: 0, files: [], next: null };

describe('collecting a drop folder', () => {
  it('takes finished files, also of subfolders, and leaves half-written ones', async () => {
    const { drop, store, names, waiting } = await openSource('finished');
    drop('b.csv', 'b of finished');
    drop('night/a.csv', 'a of finished');
    drop('c.csv.part', 'c');
    drop('.hidden.csv', 'd');
    drop('fresh.csv', 'e', 0);
    expect(await store()).toEqual({ ...NOTHING, stored: 2 });
    expect(await names()).toEqual(['a.csv', 'b.csv']);
    expect(await waiting()).toHaveLength(2);
  });

  it('done twice is done once, also by two at the same time', async () => {
    const { drop, store, waiting } = await openSource('twice');
    drop('again.csv', 'again');
    await Promise.all([store(), store()]);
    expect(await store()).toEqual(NOTHING);
    expect(await waiting()).toHaveLength(1);
  });

  it('takes a file that has changed as another one, and the same bytes under another name as the same', async () => {
    const { drop, store, waiting } = await openSource('changed');
    drop('a.csv', 'first');
    await store();
    drop('a.csv', 'first and more');
    drop('copy.csv', 'first');
    expect(await store()).toEqual({ ...NOTHING, stored: 2 });
    expect(await waiting()).toHaveLength(2);
  });

  it('goes on after a name, and takes only the paths it is told, never outside the folder', async () => {
    const { drop, store, names } = await openSource('pages');
    for (const name of ['a.csv', 'b.csv', 'c.csv']) drop(name, `${name} of pages`);
    expect(await store({ after: 'b.csv' })).toMatchObject({ stored: 1 });
    expect(await names()).toEqual(['c.csv']);
    const told = await store({ paths: ['a.csv', 'gone.csv', '../pages/b.csv', '/etc/passwd'] });
    expect(told).toMatchObject({ stored: 1, next: null });
    expect(told.files).toHaveLength(1);
    expect(await names()).toEqual(['a.csv', 'c.csv']);
  });

  it('ends a page after some thousand files and says where to go on', async () => {
    const { drop, store, waiting } = await openSource('many');
    for (let i = 0; i < 2_250; i++) drop(`f${String(i).padStart(5, '0')}.csv`, `many ${i}`);
    const first = await store();
    expect(first).toEqual({ ...NOTHING, stored: 2_000, next: 'f01999.csv' });
    expect(await store({ after: first.next! })).toEqual({ ...NOTHING, stored: 250 });
    const page = await waiting();
    expect(page).toHaveLength(500);
    expect(new Set(page).size).toBe(500);
    expect(JSON.stringify(page).length).toBeLessThan(64 * 1024);
    const { rows } = await stage.database.pool.query<{ sha256: string }>(
      `select sha256 from file where source = 'many' order by id`,
    );
    const inOrder = rows.map(({ sha256 }) => sha256);
    expect(page).toEqual([...inOrder.slice(0, 450), ...inOrder.slice(-50)]);
  });

  it('skips a file that is gone meanwhile, and does what an older workflow asks', async () => {
    const { drop, folder } = await openSource('older');
    drop('gone.csv', 'gone');
    drop('here.csv', 'here');
    rmSync(path.join(folder, 'gone.csv'));
    const storeOriginals = createStoreOriginals(stage.dependencies);
    const arrivals = [{ path: 'gone.csv' }, { path: 'here.csv' }];
    expect(await stage.run(storeOriginals, { source: 'older', arrivals })).toEqual({ stored: 1 });
  });

  it.skipIf(process.getuid?.() === 0)('counts what it may not read and takes the rest', async () => {
    const { drop, store, folder } = await openSource('locked');
    drop('a.csv', 'a of locked');
    drop('b.csv', 'b of locked');
    chmodSync(path.join(folder, 'a.csv'), 0);
    expect(await store()).toEqual({ ...NOTHING, stored: 1, unreadable: 1 });
  });

  it('takes the names that are configured, once their marker is there', async () => {
    const { drop, store, names } = await openSource('marked', { marker: '.done', ignore: ['old*'] });
    drop('a.csv', 'a of marked');
    drop('old.csv', 'old of marked');
    drop('old.csv.done', '');
    drop('b.csv', 'b of marked');
    drop('b.csv.done', '', 0);
    expect(await store()).toMatchObject({ stored: 1 });
    drop('a.csv.done', '', 0);
    expect(await store({ paths: ['a.csv.done'] })).toMatchObject({ stored: 1 });
    expect(await names()).toEqual(['a.csv', 'b.csv']);
  });

  it('waits for the configured time of rest', async () => {
    const { drop, store } = await openSource('slow', { settleMs: 30_000 });
    drop('a.csv', 'a of slow', 20);
    expect(await store()).toEqual(NOTHING);
    nowMs += 10_000;
    expect(await store()).toMatchObject({ stored: 1 });
  });

  it('enters an archive with its members, to be loaded one by one', async () => {
    const { folder, drop, store, names, waiting } = await openSource('packed');
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('job,first\n'), 'a.csv');
    zip.addBuffer(Buffer.from('job,second\n'), 'b.csv');
    zip.end();
    drop('night.zip', '');
    writeFileSync(path.join(folder, 'night.zip'), await buffer(zip.outputStream));
    utimesSync(path.join(folder, 'night.zip'), nowMs / 1000 - 60, nowMs / 1000 - 60);
    expect(await store()).toMatchObject({ stored: 1 });
    expect(await names()).toEqual(['night.zip', 'night.zip/a.csv', 'night.zip/b.csv']);
    expect(await waiting()).toHaveLength(2);
    const { rows } = await stage.database.pool.query(
      `select archive.state, count(*) from file archive join file member on member.archive_sha256 = archive.sha256
       where archive.source = 'packed' group by archive.state`,
    );
    expect(rows).toEqual([{ state: 'unpacked', count: 2 }]);
  });

  it('tells people once that a folder cannot be read, and once that it can', async () => {
    const { folder, store } = await openSource('away');
    const incidents = async () =>
      (
        await stage.database.pool.query(
          `select variant as kind, state <> 'resolved' as open from finding join incident on incident.id = incident_id
           where source = 'away' order by finding.id`,
        )
      ).rows;
    rmSync(folder, { recursive: true });
    await expect(store()).rejects.toThrow('ENOENT');
    await expect(store()).rejects.toThrow('ENOENT');
    expect(await incidents()).toEqual([{ kind: 'source-unreadable', open: true }]);
    mkdirSync(folder);
    await store();
    await store();
    expect(await incidents()).toEqual([{ kind: 'source-unreadable', open: false }]);
  });

  it('does not wait for the rest of a file that was renamed into place', async () => {
    const { drop, store } = await openSource('moved');
    drop('a.csv', 'a of moved', 0);
    drop('b.csv', 'b of moved', 0);
    expect(await store({ paths: ['a.csv', 'b.csv'], moved: ['a.csv'] })).toMatchObject({ stored: 1 });
  });

  it('says which source or folder it cannot find', async () => {
    const lost = stage.run(createStoreFiles(stage.dependencies), { source: 'nowhere' });
    await expect(lost).rejects.toThrow('no source named "nowhere" is configured');
    const empty = stage.run(createStoreFiles(stage.dependencies), { source: 'metrics' });
    await expect(empty).rejects.toThrow(/^drop folder .*metrics: ENOENT/);
  });
});

describe('a network share', () => {
  it('is looked at twice: same size, time and content', async () => {
    const { drop, store, names } = await openSource('share', { network: true });
    drop('a.csv', 'whole');
    expect(await store()).toEqual(NOTHING);
    // At once is no second look.
    expect(await store()).toEqual(NOTHING);
    nowMs += 1_000;
    expect(await store()).toMatchObject({ stored: 1 });
    expect(await names()).toEqual(['a.csv']);
  });

  it('does not take a file whose time stands still while it is written', async () => {
    const { folder, store } = await openSource('liar', { network: true });
    const at = nowMs / 1000 - 600;
    const write = (text: string) => {
      writeFileSync(path.join(folder, 'a.csv'), text);
      utimesSync(path.join(folder, 'a.csv'), at, at);
    };
    write('half');
    expect(await store()).toEqual(NOTHING);
    nowMs += 30_000;
    // Another size is seen, another content of the same size as well.
    write('half of it');
    expect(await store()).toEqual(NOTHING);
    nowMs += 30_000;
    write('all of it!');
    expect(await store()).toEqual(NOTHING);
    nowMs += 30_000;
    expect(await store()).toMatchObject({ stored: 1 });
  });

  it('whose clock is ahead is seen by that, also where it is not configured', async () => {
    const { drop, store } = await openSource('ahead');
    drop('a.csv', 'from the future', -3_600);
    expect(await store()).toEqual(NOTHING);
    nowMs += 1_000;
    expect(await store()).toMatchObject({ stored: 1 });
  });
});
