import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeepSlots } from '../../activities/detect/keep-slots.ts';
import { createLearnProfiles } from '../../activities/detect/learn-profiles.ts';
import { createLoadFiles } from '../../activities/load/load-files.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { smartEtlOn } from '../../tests/command-line.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-01T00:00Z');
const iso = (instant: number) => new Date(instant).toISOString();

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage();
  const nightly = Array.from({ length: 60 }, (_, d) => {
    const at = START - (60 - d) * DAY + 90 * 60_000;
    return `orders,o${d},${iso(at)},300,success,${iso(at + 360_000)}\n`;
  });
  const once = `once,1,${iso(START - 3_600_000)},300,success,${iso(START)}\n`;
  const sha256 = await stage.storeFile(
    `job_id,run_id,started_at,duration_s,status,known_at\n${nightly.join('')}${once}`,
  );
  await stage.run(createLoadFiles(stage.dependencies), { files: [sha256] });
  await stage.run(createLearnProfiles(stage.dependencies), { asOf: iso(START) });
  await stage.run(createKeepSlots(stage.dependencies), { asOf: iso(START) });
});
afterAll(() => stage.close());

async function expectCommand(...args: string[]) {
  const { status, stdout, stderr } = await smartEtlOn(stage, ['expect', ...args], { SMART_ETL_TIME: 'data' });
  for (const line of stdout.split('\n')) {
    if (!args.includes('--json')) expect(line.length, line).toBeLessThanOrEqual(80);
  }
  return { status, lines: stdout.trimEnd().split('\n'), stderr: stderr.trimEnd() };
}
const audit = async () =>
  (await stage.database.pool.query('select who, action, subject, why, after from audit_log order by id'))
    .rows;

describe('smart-etl expect', () => {
  it('list tells of every job when it is due', async () => {
    const { status, lines } = await expectCommand('list');
    expect(status).toBe(0);
    expect(lines[1]).toMatch(/^once +0 +0 +0 +0$/);
    expect(lines[2]).toBe('  keeps no schedule');
    expect(lines[3]).toMatch(/^orders +2026-03-01 01:30 +0 +0 +0 +0$/);
    expect(lines[4]).toBe('  every day at 02:30 (Europe/Paris)');
    const json = JSON.parse((await expectCommand('list', '--json')).lines.join('\n'));
    expect(json.jobs[1]).toMatchObject({
      job: 'orders',
      nextDue: '2026-03-01T01:30:00.000Z',
      schedule: { runs: 60 },
    });
  });

  it('show tells what is usual, and the slots', async () => {
    const { status, lines } = await expectCommand('show', 'default/orders');
    expect(status).toBe(0);
    expect(lines.slice(0, 2)).toEqual(['default/orders', 'learned: every day at 02:30 (Europe/Paris)']);
    expect(lines.filter((line) => line.includes(' open'))).toHaveLength(8);
    const json = JSON.parse((await expectCommand('show', 'orders', '--json')).lines.join('\n'));
    expect(json).toMatchObject({ job: 'orders', profile: { declared: null } });
    expect(json.slots).toHaveLength(8);
  });

  it('waive leaves a line in the audit log, once', async () => {
    const waive = () =>
      expectCommand('waive', 'orders', '2026-03-02T01:30Z', '--who', 'ann', '--why', 'inventory');
    expect((await waive()).lines).toEqual(['orders, due 2026-03-02 01:30 UTC: waived']);
    expect((await waive()).lines).toEqual(['orders, due 2026-03-02 01:30 UTC: was waived already']);
    expect(await audit()).toEqual([
      {
        who: 'ann',
        action: 'expect.waive',
        subject: 'default/orders 2026-03-02T01:30:00.000Z',
        why: 'inventory',
        after: { outcome: 'waived' },
      },
    ]);
    expect(await expectCommand('waive', 'orders', '2026-03-02T01:31Z', '--why', 'x')).toMatchObject({
      status: 2,
      stderr: 'smart-etl: orders is not due at 2026-03-02T01:31:00.000Z',
    });
  });

  it('declare changes the slots to come, and can be withdrawn', async () => {
    const declare = ['declare', 'orders', '--who', 'ann', '--why', 'moved'];
    const cron = ['--cron', '0 5 * * 1-5', '--zone', 'UTC', '--end-within', '1h'];
    const { status, lines } = await expectCommand(...declare, ...cron);
    expect([status, lines]).toEqual([
      0,
      [
        'orders is due as declared; 5 slots in the next eight days',
        'next: 2026-03-02 05:00, 2026-03-03 05:00, 2026-03-04 05:00 UTC',
      ],
    ]);
    const shown = await expectCommand('show', 'orders');
    expect(shown.lines[1]).toBe('declared: cron 0 5 * * 1-5 (UTC)');
    expect(shown.lines.filter((line) => line.includes('waived'))).toHaveLength(1);
    expect((await expectCommand(...declare, '--withdraw')).lines[0]).toBe(
      'orders is due as learned again; 8 slots in the next eight days',
    );
    expect((await audit()).slice(1).map(({ action, after }) => [action, after])).toEqual([
      [
        'expect.declare',
        { cron: '0 5 * * 1-5', timeZone: 'UTC', startWithinMs: null, endWithinMs: 3_600_000 },
      ],
      ['expect.withdraw', null],
    ]);
  });

  it.each([
    [['show', 'nobody'], 'no job named "nobody"'],
    [['declare', 'orders', '--why', 'x'], 'either --cron or --withdraw'],
    [['declare', 'orders', '--cron', '0 5 * *', '--why', 'x'], 'a cron text has five fields'],
    [['declare', 'orders', '--cron', '0 25 * * *', '--why', 'x'], '"0 25 * * *" in Europe/Paris'],
    [['declare', 'orders', '--cron', '0 0 31 2 *', '--why', 'x'], 'never comes due'],
    [
      ['declare', 'orders', '--cron', '0 5 * * *', '--zone', 'Mars', '--why', 'x'],
      '--zone: expected an IANA',
    ],
    [
      ['declare', 'orders', '--cron', '0 5 * * *', '--end-within', '2', '--why', 'x'],
      'expected a time such as',
    ],
    [['waive', 'orders', 'tomorrow', '--why', 'x'], 'DUE must be an ISO 8601 instant'],
    [['waive', 'orders', '2026-03-02T01:30Z', '--why', ' '], '--who and --why must say something'],
  ])('refuses %j', async (args, message) => {
    const { status, stderr } = await expectCommand(...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
