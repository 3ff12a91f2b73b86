import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { smartEtlOn } from '../../tests/command-line.ts';

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage();
  await stage.database.pool.query(
    `insert into job (id, namespace, name) values (1, 'default', 'orders'), (2, 'eu', 'stock'), (3, 'uk', 'stock')`,
  );
});
afterAll(() => stage.close());

const WHY = ['--who', 'ann', '--why', 'inventory night'];
async function override(...args: string[]) {
  const { status, stdout, stderr } = await smartEtlOn(stage, ['override', ...args], {});
  return { status, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
}
const audit = async () =>
  (await stage.database.pool.query('select who, action, subject, before, after from audit_log order by id'))
    .rows;

describe('smart-etl override', () => {
  it('sets limits with a reason, lists them, and goes back to what is learned', async () => {
    expect((await override('list')).stdout).toBe('every job is judged as learned');
    const set = await override('set', 'orders', '--slow-limit', '45m', '--least-share', '0.5', ...WHY);
    expect(set).toMatchObject({
      status: 0,
      stdout: 'orders is judged by slow beyond 2700 s; incomplete below 50 % of its rows',
    });
    expect((await override('list')).stdout.split('\n')).toEqual([
      'default/orders: slow beyond 2700 s; incomplete below 50 % of its rows',
      '  ann: inventory night',
    ]);
    const { items } = JSON.parse((await override('list', '--json')).stdout);
    const rules = { slow: { limitMs: 2_700_000 }, incomplete: { leastShare: 0.5 } };
    expect(items).toEqual([
      { namespace: 'default', job: 'orders', ...rules, who: 'ann', why: 'inventory night' },
    ]);
    expect((await override('set', 'orders', '--withdraw', ...WHY)).stdout).toBe(
      'orders is judged as learned',
    );
    const told = { ...rules, who: 'ann', why: 'inventory night' };
    expect(await audit()).toEqual([
      { who: 'ann', action: 'override.set', subject: 'default/orders', before: null, after: told },
      { who: 'ann', action: 'override.withdraw', subject: 'default/orders', before: told, after: null },
    ]);
  });

  it.each([
    [['set', 'orders', ...WHY], /either limits, such as --slow-limit 45m, or --withdraw/],
    [['set', 'orders', '--withdraw', '--slow-factor', '3', ...WHY], /either limits/],
    [['set', 'orders', '--slow-factor', '0.5', ...WHY], /overrides\.slow\.factor: expected a number above 1/],
    [['set', 'orders', '--slow-factor', '3', '--slow-limit', '1h', ...WHY], /exactly one of/],
    [['set', 'orders', '--ignore', 'ghosts', ...WHY], /overrides\.ignore: expected a list of crash/],
    [['set', 'stock', '--slow-factor', '3', ...WHY], /"stock" are 2 jobs; say which: eu\/stock, uk\/stock/],
    [['set', 'orders', '--slow-factor', '3'], /--why/],
  ])('refuses %j', async (args, said) => {
    const { status, stderr } = await override(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(said);
  });
});
