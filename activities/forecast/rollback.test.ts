import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAliasChanges } from '../../db/forecast/model-aliases.ts';
import { registerModelVersion } from '../../db/forecast/model-versions.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createCheckRollback, createSwitchChampion } from './promotion.ts';

const MODEL = 'job-failure';
let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage({ time: 'wall' });
  for (const digit of ['1', '2', '3']) {
    const sha = digit.repeat(64);
    await registerModelVersion(
      stage.database.pool,
      {
        ...{ model: MODEL, kind: 'logistic', artifactSha256: sha, manifestSha256: sha, snapshotSha256: sha },
        ...{
          cutoff: new Date(0),
          seed: 1,
          codeVersion: 'test',
          parameters: {},
          fitMs: 1,
          peakMemoryBytes: 1,
        },
      },
      [],
    );
  }
});
afterAll(() => stage.close());

const check = (fromVersion: number) =>
  stage.run(createCheckRollback(stage.dependencies), { model: MODEL, fromVersion });
const switchTo = (version: number, fromVersion: number | null, workflowId: string) =>
  stage.run(createSwitchChampion(stage.dependencies), {
    ...{ model: MODEL, version, fromVersion, workflowId },
    ...{ who: 'ann', why: 'test' },
  });

describe('checkRollback', () => {
  it('refuses where nobody serves', async () => {
    await expect(check(1)).rejects.toMatchObject({ name: 'PromotionConflict' });
  });

  it('refuses for the first champion: none served before it', async () => {
    await switchTo(1, null, 'promote/job-failure/1');
    await expect(check(1)).rejects.toMatchObject({ name: 'PromotionRefused' });
  });

  it('goes further back each time, and never forward again', async () => {
    await switchTo(2, 1, 'promote/job-failure/2');
    await switchTo(3, 2, 'promote/job-failure/3');
    expect(await check(3)).toEqual({ version: 2 });
    expect(await check(3)).toEqual({ version: 2 });
    await switchTo(2, 3, 'rollback/job-failure/3');
    await expect(check(3)).rejects.toMatchObject({
      name: 'PromotionConflict',
      message: 'job-failure/3 was to be rolled back, but the champion is 2',
    });
    expect(await check(2)).toEqual({ version: 1 });
    const changes = await readAliasChanges(stage.database.pool, MODEL, 2);
    expect(changes).toMatchObject([
      { alias: 'champion', fromVersion: 3, toVersion: 2, who: 'ann', workflowId: 'rollback/job-failure/3' },
      { fromVersion: 2, toVersion: 3 },
    ]);
  });
});
