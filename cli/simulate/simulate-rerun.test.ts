import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEstate } from '../../models/estate/estate.ts';
import { UsageError } from '../options/usage-error.ts';
import { EstateFolderError } from './estate-folder.ts';
import { simulateEstate } from './simulate.ts';
import { simulateRerun } from './simulate-rerun.ts';

const ESTATE = { jobs: 12, hosts: 2, days: 2, seed: 3 };
let out: string;
beforeAll(async () => {
  out = mkdtempSync(path.join(tmpdir(), 'smart-etl-rerun-'));
  await simulateEstate({ out, ...ESTATE });
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const files = () => readdirSync(path.join(out, 'runs')).filter((name) => name.startsWith('runs-rerun-'));
const asked = (more: object = {}) =>
  simulateRerun({
    out,
    job: createEstate(ESTATE).jobs[0]!.name,
    asked: '2026-03-01T06:00:00.500Z',
    key: 'smart-etl-1-2',
    ...more,
  });

it('lands a run that starts after it was asked for, once for a key', async () => {
  await asked();
  const [file] = files();
  const [header, line] = readFileSync(path.join(out, 'runs', file!), 'utf8').split('\n');
  expect(header).toBe('job_id,run_id,started_at,ended_at,duration_s,status,known_at');
  const [job, run, start] = line!.split(',');
  expect([job, run, start]).toEqual([
    createEstate(ESTATE).jobs[0]!.name,
    'smart-etl-1-2',
    '2026-03-01T06:00:02Z',
  ]);
  await asked();
  expect(files()).toEqual([file]);
});

it.each([[{ job: 'nothing' }], [{ key: '../x' }], [{ asked: 'now' }]])('refuses %j', async (more) => {
  await expect(asked(more)).rejects.toThrow(UsageError);
  expect(files()).toHaveLength(1);
});

it('wants an estate', async () => {
  await expect(asked({ out: path.join(out, 'none') })).rejects.toThrow(EstateFolderError);
});
