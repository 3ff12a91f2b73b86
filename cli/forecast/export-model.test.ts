import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { switchAlias } from '../../db/forecast/model-aliases.ts';
import { saveModelSignature } from '../../db/forecast/model-signatures.ts';
import { registerModelVersion } from '../../db/forecast/model-versions.ts';
import { withTransaction } from '../../db/pool.ts';
import { madeUpEstate } from '../../models/features/made-up-jobs.ts';
import { trainContestant } from '../../models/forecast/train-contestant.ts';
import { exportOnnx } from '../../models/onnx/export-model.ts';
import { signManifest } from '../../services/model-registry.ts';
import { BUCKETS } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { smartEtlOn } from '../../tests/command-line.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';

const estate = madeUpEstate({ jobs: 20, days: 100, seed: 31 });
const { artifact } = trainContestant(estate, { kind: 'base-window-rate', seed: 1 });

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage();
});
afterAll(() => stage.close());

const exportTo = (folder: string, ...args: string[]) =>
  smartEtlOn(stage, ['model', 'export', '--onnx', path.join(stage.folder, folder), ...args]);

async function registerChampion() {
  const { objectStore, modelKeys } = stage.dependencies;
  const artifactSha256 = await objectStore.put(BUCKETS.models, artifact);
  const made = { model: FAILURE_MODEL, kind: 'base-window-rate', seed: 1 };
  const manifest = Buffer.from(
    JSON.stringify({
      ...{ format: 1, ...made },
      artifact: { sha256: artifactSha256, bytes: artifact.length },
      data: { sha256: artifactSha256 },
    }),
  );
  const manifestSha256 = await objectStore.put(BUCKETS.models, manifest);
  const signature = await signManifest(objectStore, modelKeys, manifest);
  await withTransaction(stage.database.pool, async (client) => {
    const version = {
      ...made,
      ...{ artifactSha256, manifestSha256, snapshotSha256: artifactSha256 },
      cutoff: new Date(estate.cutoff),
      codeVersion: 'test',
      parameters: {},
      fitMs: 1,
      peakMemoryBytes: 1,
    };
    await registerModelVersion(client, version, []);
    await saveModelSignature(client, { model: FAILURE_MODEL, version: 1, ...signature });
    const decision = { who: 'ann', why: 'test', workflowId: null };
    const change = { model: FAILURE_MODEL, alias: 'champion' as const, fromVersion: null, toVersion: 1 };
    await switchAlias(client, { ...change, ...decision });
  });
}

describe('smart-etl model export', () => {
  it('says so when nothing serves yet', async () => {
    const { status, stderr } = await exportTo('none');
    expect([status, stderr]).toEqual([1, expect.stringContaining('no version of')]);
    expect(readdirSync(stage.folder)).not.toContain('none');
  });

  it('writes both heads of the champion, twice like once, and never over another file', async () => {
    await registerChampion();
    const { status, stdout } = await exportTo('files');
    expect(status).toBe(0);
    expect(stdout.split('\n')[0]).toBe(`${FAILURE_MODEL}/1 (base-window-rate)`);
    const fileOf = (head: string) => path.join(stage.folder, 'files', `${FAILURE_MODEL}-1-${head}.onnx`);
    const { week, day } = exportOnnx(artifact);
    expect(new Uint8Array(readFileSync(fileOf('week')))).toEqual(week);
    expect(new Uint8Array(readFileSync(fileOf('day')))).toEqual(day);
    const again = await exportTo('files', '--version', '1', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      version: 1,
      files: [
        { head: 'week', file: fileOf('week'), bytes: week.length },
        { head: 'day', file: fileOf('day'), bytes: day.length },
      ],
    });
    writeFileSync(fileOf('day'), 'mine');
    expect(await exportTo('files')).toMatchObject({ status: 6, stdout: '' });
    expect(readFileSync(fileOf('day'), 'utf8')).toBe('mine');
  });

  it('refuses a version that does not exist', async () => {
    const { status, stderr } = await exportTo('files', '--version', '7');
    expect([status, stderr.trim()]).toEqual([2, `smart-etl: ${FAILURE_MODEL} has no version 7`]);
  });
});
