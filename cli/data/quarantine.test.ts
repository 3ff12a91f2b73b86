import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLoadFiles } from '../../activities/load/load-files.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { smartEtlOn } from '../../tests/command-line.ts';

let stage: ActivityStage;
let sha256: string;
beforeAll(async () => {
  stage = await openActivityStage();
  sha256 = await stage.storeFile(
    Buffer.concat([
      Buffer.from(
        `${HEADER}\norders,1,2026-03-01T05:00:00Z,60,ok,\norders,2,no date,60,ok,${'é'.repeat(90)}\n`,
      ),
      Buffer.from([0x6f, 0x2c, 0x01, 0x81, 0x2c]),
      Buffer.from('no date,60,ok,\n'),
    ]),
    'runs',
    'nightly.csv',
  );
  await stage.run(createLoadFiles(stage.dependencies), {
    files: [sha256, await stage.storeFile('', 'runs', 'empty.csv')],
  });
});
afterAll(() => stage.close());

const HEADER = 'job_id,run_id,started_at,duration_s,status,branch';

async function smartEtl(...args: string[]) {
  const { status, stdout, stderr } = await smartEtlOn(stage, ['quarantine', ...args]);
  return { status, lines: stdout.trimEnd().split('\n'), stderr: stderr.trimEnd() };
}

describe('smart-etl quarantine', () => {
  it('list counts per source, rule and file, and names what was refused as a whole', async () => {
    const { status, lines } = await smartEtl('list');
    expect(status).toBe(0);
    expect(lines[1]!.split(/\s+/)).toEqual(['runs', 'unreadable-start', '2', 'nightly.csv']);
    expect(lines[2]!.split(/\s+/)).toEqual(['runs', 'empty-file', 'refused', 'empty.csv']);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    const none = await smartEtl('list', '--code', 'unknown-status');
    expect(none.lines).toEqual(['nothing in quarantine']);
    const { lines: json } = await smartEtl('list', '--source', 'runs', '--json');
    expect(JSON.parse(json.join('\n'))).toMatchObject({ rows: [{ file: 'nightly.csv', rows: 2, sha256 }] });
  });

  it('show gives reason, place and bytes: text folded, the rest in hexadecimal', async () => {
    const { status, lines } = await smartEtl('show', 'nightly.csv');
    expect(status).toBe(0);
    expect(lines.join('\n')).toContain('found "no date"');
    expect(lines.filter((line) => line.startsWith('row '))).toEqual([
      expect.stringMatching(/^row 2, byte 87, 203 bytes: unreadable-start$/),
      expect.stringMatching(/^row 3, byte 291, 19 bytes: unreadable-start$/),
    ]);
    expect(lines.filter((line) => line.startsWith('| '))).toHaveLength(2);
    expect(lines.find((line) => line.endsWith('|o,..,no date,60,|'))).toMatch(
      /^[0-9a-f]{8} {2}6f 2c 01 81 2c/,
    );
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    const one = await smartEtl('show', `${sha256.slice(0, 12)}:3`);
    expect(one.lines.filter((line) => line.startsWith('row '))).toHaveLength(1);
    const json = JSON.parse((await smartEtl('show', 'nightly.csv:3', '--json')).lines.join('\n'));
    expect(Buffer.from(json.rows[0].base64, 'base64').subarray(0, 4)).toEqual(
      Buffer.from([0x6f, 0x2c, 1, 0x81]),
    );
  });

  it('says what it cannot find, with the right exit code', async () => {
    expect(await smartEtl('show', 'nightly.csv:1')).toMatchObject({
      status: 1,
      stderr: 'smart-etl: no such row in quarantine',
    });
    expect(await smartEtl('show', 'nobody.csv')).toMatchObject({
      status: 2,
      stderr: 'smart-etl: no file named "nobody.csv", and none whose hash begins so',
    });
    expect(await smartEtl('list', '--source', 'nobody')).toMatchObject({
      status: 2,
      stderr: 'smart-etl: no source named "nobody"',
    });
    expect((await smartEtl('replay', '--source', 'runs', '--file', 'nightly.csv')).status).toBe(2);
    expect((await smartEtl('release', 'runs')).status).toBe(2);
  });
});
