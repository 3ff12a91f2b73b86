/** How long it takes from the call of a person until the version before serves again. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Figure, figure } from './document.ts';
import { beginPromotion, championsOf, registerVersions, YES } from './mlops-servers.ts';
import { withTemporal } from './pipeline.ts';
import { say } from './progress.ts';
import { type Servers, WHOLE_PIPELINE, withServers } from './servers.ts';
import { rounded } from './statistics.ts';

export interface RollbackTimes {
  /** From the call on the command line until it has said what serves. */
  seconds: number[];
  /** After which another version than the one before served, or none, or two. */
  wrong: number;
}

/** Promotes and rolls back, over and over, through the whole system. */
export const rollbackTimes = (rounds: number): Promise<RollbackTimes> =>
  withServers('mlops-rollback', WHOLE_PIPELINE, { time: 'wall' }, (servers) => measure(servers, rounds));

/** `rollback_s` is the slowest. */
export const rollbackFigures = ({ seconds, wrong }: RollbackTimes): Figure[] => [
  figure('rollback_s', seconds.length === 0 ? null : rounded(Math.max(...seconds)), 's', 'lower'),
  figure('rollbacks_wrong', wrong, 'rollbacks', 'lower'),
];

async function measure(servers: Servers, rounds: number): Promise<RollbackTimes> {
  const url = servers.config.databaseUrl;
  const [first, second] = (await registerVersions(servers, 2)) as [number, number];
  return withTemporal(servers, async (temporal) => {
    const promote = async (version: number) => {
      const handle = await beginPromotion(temporal, version);
      await handle.executeUpdate('decide', { args: YES });
      await handle.result();
    };
    await promote(first);
    const times: RollbackTimes = { seconds: [], wrong: 0 };
    for (let round = 1; round <= rounds; round += 1) {
      await promote(second);
      const startedMs = performance.now();
      await callRollback(servers.home);
      times.seconds.push((performance.now() - startedMs) / 1000);
      const champions = await championsOf(url);
      if (champions.length !== 1 || champions[0] !== first) times.wrong += 1;
      say(`rollback ${round} of ${rounds}: ${rounded(times.seconds.at(-1)!)} s`);
    }
    return times;
  });
}

/** As a person calls it, with the start of the command line. */
async function callRollback(home: string): Promise<void> {
  const cli = path.join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
  const args = ['model', 'rollback', '--who', 'bench', '--why', 'measured'];
  await promisify(execFile)(process.execPath, [cli, ...args], {
    env: { ...process.env, SMART_ETL_HOME: home },
  });
}
