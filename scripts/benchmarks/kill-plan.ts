/** Who is killed, and at what point of the work. */
import { seededRandom } from '../../models/random.ts';

export const VICTIMS = ['worker', 'session', 'postgres', 'object-store', 'temporal', 'api'] as const;
export type Victim = (typeof VICTIMS)[number];

export const POINTS = [
  'any-moment',
  'after-storing',
  'during-copy',
  'during-merge',
  'before-commit',
  'after-commit',
  'while-detecting',
  'while-sending',
] as const;
export type Point = (typeof POINTS)[number];

export interface PlannedKill {
  victim: Victim;
  point: Point;
  /** How long to wait at `any-moment`, or when the point is not reached. */
  delayMs: number;
}

const LONGEST_DELAY_MS = 1_500;

/** Every victim at every point in a random order, then again in another one, until there are enough. */
export function planKills(kills: number, seed: number): PlannedKill[] {
  const random = seededRandom(seed);
  const pairs = VICTIMS.flatMap((victim) => POINTS.map((point) => ({ victim, point })));
  const plan: PlannedKill[] = [];
  while (plan.length < kills) {
    // Fisher and Yates' shuffle.
    for (let last = pairs.length - 1; last > 0; last--) {
      const other = random.below(last + 1);
      [pairs[last], pairs[other]] = [pairs[other]!, pairs[last]!];
    }
    for (const pair of pairs) plan.push({ ...pair, delayMs: random.below(LONGEST_DELAY_MS) });
  }
  return plan.slice(0, kills);
}
