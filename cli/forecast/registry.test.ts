import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'minio';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createMakeForecast } from '../../activities/forecast/make-forecast.ts';
import { findKnownVersion } from '../../db/forecast/model-signatures.ts';
import { BUCKETS } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { smartEtlOn } from '../../tests/command-line.ts';
import { modelKeyFile, writeModelKeys } from '../../tests/model-keys.ts';
import { AS_OF, registerModels } from '../../tests/registered-models.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';

let stage: ActivityStage;
let store: Client;
let stranger: string;
beforeAll(async () => {
  stage = await openActivityStage();
  stranger = mkdtempSync(path.join(tmpdir(), 'smart-etl-stranger-'));
  writeModelKeys(stranger);
  const { hostname, port } = new URL(inject('objectStoreUrl'));
  store = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey: inject('objectStoreAccessKey'),
    secretKey: inject('objectStoreSecretKey'),
  });
  await registerModels(stage, 12);
  await stage.run(createMakeForecast(stage.dependencies), { model: FAILURE_MODEL, asOf: AS_OF });
});
afterAll(async () => {
  await stage.close();
  rmSync(stranger, { recursive: true });
});

async function model(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = await smartEtlOn(stage, ['model', ...args], env);
  for (const line of stdout.split('\n').filter((text) => !text.startsWith('{'))) {
    expect(line.length, line).toBeLessThanOrEqual(80);
  }
  return { status, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
}
async function json(...args: string[]) {
  const { stdout } = await model([...args, '--json']);
  expect(stdout.split('\n')).toHaveLength(1);
  return JSON.parse(stdout);
}
const rows = async (sql: string) => (await stage.database.pool.query(sql)).rows;

describe('smart-etl model', () => {
  it('card tells use, data, quality beside the others, limits, gate, lineage and signature', async () => {
    const { status, stdout } = await model(['card', 'models:/job-failure@champion']);
    expect(status).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^job-failure\/3 \(base-window-rate\): .*champion/);
    expect(stdout).toContain('use         Forecasts, of every job');
    expect(stdout).toContain('3 jobs, 180 runs');
    expect(stdout).toMatch(/1 files, the last known 2026-/);
    expect(stdout).toMatch(/beside it {3}base-persistence {2}AP \d\.\d{3} {2}Brier \d\.\d{3}/);
    expect(stdout).toMatch(/served {6}champion from .*\n {12}1 forecasts, 2026-03-01 – 2026-03-01/);
    expect(stdout).toMatch(/signature {3}valid, by [0-9a-f]{16}/);
    const french = await model(['card'], { SMART_ETL_LANGUAGE: 'fr' });
    expect(french.stdout).toMatch(/signature {3}valide, par [0-9a-f]{16}/);
    const { lineage, verified, tags } = await json('card', '3');
    expect(lineage).toMatchObject({
      data: { jobs: 3, runs: 180, files: 1, cutoff: AS_OF },
      code: { version: 'test', seed: 12 },
      features: { count: expect.any(Number) },
      forecasts: { count: 1, inPlaceOfAnother: 0 },
    });
    expect(lineage.contestants).toHaveLength(3);
    expect(verified).toEqual({ valid: true, keyId: expect.any(String), reason: null });
    expect(tags).toEqual({});
  });

  it('takes references as MLflow writes them, and says what it takes otherwise', async () => {
    const versionOf = async (reference: string) => (await json('card', reference)).version;
    expect(await versionOf('models:/job-failure/1')).toBe(1);
    expect(await versionOf('latest')).toBe(3);
    expect(await versionOf('champion')).toBe(3);
    for (const wrong of ['9', 'models:/other/1', 'best', 'models:/job-failure/Production']) {
      const { status, stderr } = await model(['card', wrong]);
      expect([wrong, status]).toEqual([wrong, 2]);
      expect(stderr).toMatch(/has no version|expected 3, champion/);
    }
  });

  it('compare puts two versions beside each other', async () => {
    const { status, stdout } = await model(['compare', '1', 'champion']);
    expect(status).toBe(0);
    expect(stdout).toContain('Both were tested on the same windows.');
    expect(stdout).toMatch(/week brier_score {2,}0\.\d{4} {2,}0\.\d{4}/);
    const { metrics, isSameTest } = await json('compare', '1', '3');
    expect(isSameTest).toBe(true);
    for (const { one, other, difference, better, metric } of metrics) {
      if (difference === null) continue;
      expect(difference).toBeCloseTo(other - one, 12);
      const isUp = !['brier_score', 'log_loss', 'expected_calibration_error'].includes(metric);
      if (difference === 0) expect(better).toBe(null);
      else expect(better).toBe(difference > 0 === isUp ? 'other' : 'one');
    }
    expect(metrics).toHaveLength(12);
  });

  it('history tells which version was champion when', async () => {
    const { items } = await json('history');
    expect(items.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1]);
    expect(items[0].until).toBe(null);
    expect(items[1].until).toBe(items[0].from);
    const at = async (instant: string) => (await json('history', '--at', instant)).items;
    for (const term of items) expect(await at(term.from)).toEqual([term]);
    expect(await at(new Date(Date.parse(items[1].until) - 1).toISOString())).toEqual([items[1]]);
    const before = new Date(Date.parse(items[2].from) - 1).toISOString();
    expect((await model(['history', '--at', before])).stdout).toBe(`no version was champion at ${before}`);
    expect((await model(['history', '--at', before])).status).toBe(1);
    const { stdout } = await model(['history']);
    expect(stdout).toContain('number 3 is next');
  });

  it('tag writes, shows and takes off, with a line in the audit log for each change', async () => {
    const why = ['--who', 'ann', '--why', 'after the audit'];
    expect((await model(['tag', '3', 'ticket=OPS-1', 'note=a=b c', ...why])).stdout).toBe(
      'job-failure/3\n  note = a=b c\n  ticket = OPS-1',
    );
    await model(['tag', '3', 'ticket=OPS-1', ...why]);
    expect(await json('tag', '3', '--remove', 'note', ...why)).toMatchObject({ tags: { ticket: 'OPS-1' } });
    expect((await model(['list'])).stdout).toContain('ticket=OPS-1');
    expect(
      await rows(`select who, before, after from audit_log where action = 'model.tag' order by id`),
    ).toEqual([
      { who: 'ann', before: { ticket: null }, after: { ticket: 'OPS-1' } },
      { who: 'ann', before: { note: null }, after: { note: 'a=b c' } },
      { who: 'ann', before: { note: 'a=b c' }, after: { note: null } },
    ]);
    for (const wrong of ['novalue', '=x', 'a;b=1', `k=${'x'.repeat(1_001)}`]) {
      expect((await model(['tag', '3', wrong, ...why])).status).toBe(2);
    }
  });

  it('explain tells why the last forecast says what it says', async () => {
    const { status, stdout } = await model(['explain', 'job_2']);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^default\/job_2\n\d+ % to fail in the week; rank \d of 3\nforecast of 2026-03-01/,
    );
    const { forecast } = await json('explain', 'default/job_2');
    expect(forecast).toMatchObject({ modelVersion: 3, insteadOf: null, cutoff: AS_OF });
    expect(forecast.days.map(({ horizonDay }: { horizonDay: number }) => horizonDay)).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ]);
    expect((await model(['explain', 'job_2'], { SMART_ETL_LANGUAGE: 'fr' })).stdout).toContain('pourquoi');
    expect((await model(['explain', 'nobody'])).status).toBe(2);
  });

  it('rebuild trains again and finds the bytes identical, or says where they are not', async () => {
    const { status, stdout } = await model(['rebuild']);
    expect(stdout).toMatch(/^job-failure\/3 \(base-window-rate\): identical, to the byte\n {2}[0-9a-f]{64}$/);
    expect(status).toBe(0);
    // A manifest that names another artefact: as if the code had changed since.
    const { manifestSha256, artifactSha256 } = (await findKnownVersion(
      stage.database.pool,
      FAILURE_MODEL,
      1,
    ))!;
    const { objectStore } = stage.dependencies;
    const artifact = (await objectStore.get(BUCKETS.models, artifactSha256)).toString();
    const changed = artifact.replace(/"prior":[0-9.]+/, '"prior":0.5');
    const other = await objectStore.put(BUCKETS.models, Buffer.from(changed));
    const manifest = JSON.parse((await objectStore.get(BUCKETS.models, manifestSha256)).toString());
    const renamed = await objectStore.put(
      BUCKETS.models,
      Buffer.from(JSON.stringify({ ...manifest, artifact: { ...manifest.artifact, sha256: other } })),
    );
    await stage.database.pool.query(
      `update model_version set artifact_sha256 = $1, manifest_sha256 = $2 where version = 1`,
      [other, renamed],
    );
    const wrong = await model(['rebuild', '1']);
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toMatch(/NOT identical[\s\S]*week\.model\.parameters\.prior: 0\.5 → 0\.\d+/);
    await stage.database.pool.query(
      `update model_version set artifact_sha256 = $1, manifest_sha256 = $2 where version = 1`,
      [artifactSha256, manifestSha256],
    );
  });

  it('verify, sign and keys: what a stranger signed is not trusted until somebody vouches for it', async () => {
    const { status, stdout } = await model(['verify']);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/job-failure\/3 .*: whole, signed by [0-9a-f]{16}/),
    ]);
    const asStranger = { SMART_ETL_MODEL_SIGNING_KEY_FILE: modelKeyFile(stranger) };
    const refused = await model(['verify', '3'], asStranger);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toMatch(/NOT USABLE\n[\s\S]*expected a signature by/);
    expect((await model(['export', '--onnx', path.join(stranger, 'onnx')], asStranger)).status).toBe(1);

    const signed = await model(['sign', '3', '--who', 'ann', '--why', 'moved to a new server'], asStranger);
    expect([signed.status, signed.stdout]).toEqual([0, expect.stringContaining('whole, signed by')]);
    expect((await model(['verify', '3'])).status).toBe(0);
    expect(await rows(`select who, subject, why from audit_log where action = 'model.sign'`)).toEqual([
      { who: 'ann', subject: 'job-failure/3', why: 'moved to a new server' },
    ]);
    const { trusted, publicPem } = await json('keys');
    expect(trusted).toHaveLength(1);
    expect(publicPem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  });

  it('verify finds what is damaged, and nobody can sign it', async () => {
    const { artifactSha256 } = (await findKnownVersion(stage.database.pool, FAILURE_MODEL, 2))!;
    await store.putObject(BUCKETS.models, artifactSha256, Buffer.from('damaged'));
    const damaged = await json('verify', '--all');
    expect(damaged.items.map(({ valid }: { valid: boolean }) => valid)).toEqual([true, false, true]);
    expect((await model(['sign', '2', '--why', 'x'])).status).toBe(1);
    expect((await model(['card', '2'])).stdout).toContain('NOT USABLE');
  });
});
