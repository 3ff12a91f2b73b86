import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLogFile } from './log-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const lines = () =>
  readFileSync(path.join(folder, 'server.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('every line is JSON, whatever the server writes and however it is cut', async () => {
  const log = openLogFile(folder, 'server');
  const output = new PassThrough();
  log.follow(output, 'stderr');
  for (const piece of ['{"level":"info"}\nplain', ' text\n{not json\n\n', '"quoted"\nlast'])
    output.write(piece);
  output.end();
  await finished(output);
  expect(lines()).toEqual([
    { level: 'info' },
    expect.objectContaining({ stream: 'stderr', line: 'plain text' }),
    expect.objectContaining({ line: '{not json' }),
    expect.objectContaining({ line: '"quoted"' }),
    expect.objectContaining({ line: 'last' }),
  ]);
  expect(log.lastLines()).toEqual(['{"level":"info"}', 'plain text', '{not json', '"quoted"', 'last']);
});

test('a log is bounded: three old files, each about 20 MB', () => {
  const log = openLogFile(folder, 'server');
  const line = 'x'.repeat(60_000);
  for (let written = 0; written < 110 * 1024 * 1024; written += line.length) log.write(line);
  expect(readdirSync(folder).sort()).toEqual(['server.log', 'server.log.1', 'server.log.2', 'server.log.3']);
  for (const name of readdirSync(folder)) {
    expect(statSync(path.join(folder, name)).size).toBeLessThan(21 * 1024 * 1024);
  }
});
