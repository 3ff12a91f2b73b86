/**
 * Does the gate keep out what has learned nothing, and what has learned the answers? How fast is a way back, and is
 * there one champion whatever is killed? Does it find its way again when something else makes jobs fail?
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type BenchResult, figure } from './document.ts';
import type { EstateRequest, JudgedEstate } from './judged-estates.ts';
import { mlopsChaosFigures, mlopsStorm, spreadPairs } from './mlops-chaos.ts';
import { rollbackFigures, rollbackTimes } from './mlops-rollback.ts';
import { SHIFTS, simulateYear } from './mlops-year.ts';
import { LEAKS } from './planted-leaks.ts';
import { say } from './progress.ts';
import { judgeYear, yearFigures } from './year-verdict.ts';

export interface MlopsOptions {
  /** Estates of pure noise. */
  noise: number;
  /** Estates of each kind of leak. */
  leaks: number;
  /** Promotions rolled back by a person. */
  rollbacks: number;
  /** Kills of servers at steps of `retrain` and `promoteModel`, of all that there are. */
  kills: number;
  /** A year in simulated time. */
  year: boolean;
  /** Of the year. */
  weeks: number;
  /** Of the first estate; the others follow. */
  seed: number;
}

/** What is measured, in this order; each part is left out by a number of 0. */
const PARTS: ((options: MlopsOptions) => Promise<BenchResult>)[] = [
  noisePart,
  leakPart,
  rollbackPart,
  killPart,
  yearPart,
];

export async function mlops(options: MlopsOptions): Promise<BenchResult> {
  const results: BenchResult[] = [];
  for (const part of PARTS) results.push(await part(options));
  return {
    figures: results.flatMap(({ figures }) => figures),
    details: Object.assign({}, ...results.map(({ details }) => details)),
  };
}

async function noisePart({ noise, seed }: MlopsOptions): Promise<BenchResult> {
  const judged = await judgeAll(
    Array.from({ length: noise }, (_, i): EstateRequest => ({ part: 'noise', seed: seed + i })),
  );
  const promoted = judged.filter(({ isWrong }) => isWrong).length;
  return {
    figures: [figure('noise_promotions', noise === 0 ? null : promoted, 'estates', 'lower')],
    details: { noise: judged },
  };
}

async function leakPart({ leaks, seed }: MlopsOptions): Promise<BenchResult> {
  const judged = await judgeAll(
    Object.keys(LEAKS).flatMap((leak) =>
      Array.from({ length: leaks }, (_, i): EstateRequest => ({ part: 'leak', leak, seed: seed + i })),
    ),
  );
  const of = (count: number) => (leaks === 0 ? null : count);
  return {
    figures: [
      figure('leaks_missed', of(judged.filter(({ isWrong }) => isWrong).length), 'leaks', 'lower'),
      figure('leaks_planted', of(judged.length), 'leaks', 'higher'),
      figure(
        'leaks_only_audit',
        of(judged.filter(({ onlyAudit }) => onlyAudit === true).length),
        'leaks',
        'higher',
      ),
    ],
    details: { leaks: judged },
  };
}

async function rollbackPart({ rollbacks }: MlopsOptions): Promise<BenchResult> {
  const times = rollbacks === 0 ? { seconds: [], wrong: 0 } : await rollbackTimes(rollbacks);
  return { figures: rollbackFigures(times), details: { rollbacks: times } };
}

async function killPart({ kills }: MlopsOptions): Promise<BenchResult> {
  if (kills === 0) return { figures: [figure('champions_lost', null, 'looks', 'lower')], details: {} };
  const storm = await mlopsStorm(spreadPairs(kills));
  return { figures: mlopsChaosFigures(storm), details: { kills: storm } };
}

async function yearPart({ year, weeks, seed }: MlopsOptions): Promise<BenchResult> {
  if (!year) return { figures: yearFigures([], SHIFTS), details: {} };
  const lived = await simulateYear({ weeks, seed });
  const shifts = judgeYear(lived.weeks, SHIFTS);
  return { figures: yearFigures(shifts, SHIFTS), details: { year: { shifts, ...lived } } };
}

/** Each on a thread, as many at once as there are processors; in the order asked for. */
async function judgeAll(requests: readonly EstateRequest[]): Promise<JudgedEstate[]> {
  const judged: JudgedEstate[] = [];
  let next = 0;
  let done = 0;
  const threads = Math.min(availableParallelism(), requests.length);
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const thread = new Worker(new URL('./mlops-thread.ts', import.meta.url));
      try {
        while (next < requests.length) {
          const at = next++;
          const answered = once(thread, 'message');
          thread.postMessage(requests[at]);
          [judged[at]] = (await answered) as [JudgedEstate];
          done += 1;
          const { isWrong, told } = judged[at]!;
          const word = isWrong ? 'the gate was WRONG' : 'right';
          say(
            `${requests[at]!.part} ${done} of ${requests.length}: ${word} (${Object.values(told).join(' | ')})`,
          );
        }
      } finally {
        await thread.terminate();
      }
    }),
  );
  return judged;
}
