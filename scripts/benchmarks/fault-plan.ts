/** What goes wrong beside kills: links that fail, a worker that freezes, files that come again and again. */
import { seededRandom } from '../../models/random.ts';
import { FAULTS, type Fault } from './faulty-link.ts';
import type { NamedPoint } from './kill-points.ts';

export const LINKS = ['postgres', 'temporal', 'object-store'] as const;
/** Between worker and API on the one side and a server on the other. */
export type LinkName = (typeof LINKS)[number];

export type PlannedFault =
  | { kind: 'link'; link: LinkName; fault: Fault; heldMs: number }
  /** Stopped (SIGSTOP) at a point, for longer than its work is waited for. */
  | { kind: 'freeze'; point: NamedPoint }
  /** The same files, under the same name and others, in every folder, at once. */
  | { kind: 'duplicates'; copies: number }
  /** No space is left where PostgreSQL keeps new months. */
  | { kind: 'disk-full'; heldMs: number };

const SHORTEST_MS = 2_000;
const LONGEST_MS = 12_000;
const FREEZE_POINTS: readonly NamedPoint[] = [
  'before-commit',
  'while-sending',
  'after-storing',
  'during-merge',
];

/** Every fault on every link, a storm of duplicates and a full disk in a random order, then again; then the freezes. */
export function planFaults({
  faults,
  freezes,
  seed,
}: {
  faults: number;
  freezes: number;
  seed: number;
}): PlannedFault[] {
  const random = seededRandom(seed);
  const plan: PlannedFault[] = [];
  while (plan.length < faults) {
    const round: PlannedFault[] = LINKS.flatMap((link) =>
      FAULTS.map(
        (fault): PlannedFault => ({
          kind: 'link',
          link,
          fault,
          heldMs: SHORTEST_MS + random.below(LONGEST_MS - SHORTEST_MS),
        }),
      ),
    );
    round.push({ kind: 'duplicates', copies: 3 + random.below(6) });
    round.push({ kind: 'disk-full', heldMs: LONGEST_MS });
    // Fisher and Yates' shuffle.
    for (let last = round.length - 1; last > 0; last--) {
      const other = random.below(last + 1);
      [round[last], round[other]] = [round[other]!, round[last]!];
    }
    plan.push(...round);
  }
  const frozen = Array.from(
    { length: freezes },
    (_, index): PlannedFault => ({ kind: 'freeze', point: FREEZE_POINTS[index % FREEZE_POINTS.length]! }),
  );
  return [...plan.slice(0, faults), ...frozen];
}

/** Every fault once, each on one link, for a short while, a storm of duplicates and a full disk. */
export const eachFaultOnce = (): PlannedFault[] => [
  ...FAULTS.map(
    (fault, index): PlannedFault => ({
      kind: 'link',
      link: LINKS[index % LINKS.length]!,
      fault,
      heldMs: SHORTEST_MS,
    }),
  ),
  { kind: 'duplicates', copies: 4 },
  { kind: 'disk-full', heldMs: 5_000 },
];
