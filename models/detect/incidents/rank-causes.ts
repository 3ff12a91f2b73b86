import { subjectKey } from '../finding.ts';
import { nameOf } from './causes-in-common.ts';
import { CAUSE_KINDS, type Cause, type CauseKind, type Role } from './incident.ts';
import type { GroupingContext } from './incident-changes.ts';
import type { Common, Suspect } from './shared-cause.ts';

/** How sure a cause is that explains everything: what is itself found in trouble is surer than what is concluded. */
const SEEN_IN_TROUBLE = 0.9;
const CONCLUDED: Record<CauseKind, number> = {
  itself: 0.3,
  source: 0.6,
  host: 0.6,
  upstream: 0.8,
  schedule: 0.7,
  'error-family': 0.6,
};
/** So many jobs leave no doubt about a cause that is concluded from their number. */
const ENOUGH = 3;
const MOST_CAUSES = 5;

/**
 * Probable causes of an incident, the likeliest first: each weighs what it explains of the findings. That what was
 * hit first is the cause of the rest by itself is always possible.
 *
 * @param members findings of the incident that last, by onset, at least one
 * @param commons what any of them have in common with others
 * @param before causes that were told before, which weigh no less for what has ended since
 */
export function rankCauses(
  members: readonly Suspect[],
  commons: readonly Common[],
  before: readonly Cause[],
  context: GroupingContext,
): Cause[] {
  const inside = new Set(members);
  const weights = new Map<string, Cause>();
  const weigh = (cause: Cause) => {
    const key = `${cause.kind} ${cause.name}`;
    if (cause.weight > (weights.get(key)?.weight ?? 0)) weights.set(key, cause);
  };
  const subjects = Map.groupBy(members, ({ finding }) => subjectKey(finding.subject));
  if (subjects.size === 1) return [{ kind: 'itself', name: nameOf(members[0]!.finding, context), weight: 1 }];
  const [first] = subjects.values();
  const ownShare = first!.length / members.length;
  weigh({ kind: 'itself', name: nameOf(members[0]!.finding, context), weight: CONCLUDED.itself * ownShare });
  for (const { kind, name, suspects } of commons) {
    const explained = suspects.filter((suspect) => inside.has(suspect));
    if (kind !== 'itself' && explained.length > 1) {
      weigh({ kind, name, weight: (surenessOf(kind, explained) * explained.length) / members.length });
    }
  }
  for (const cause of before) if (cause.kind !== 'itself') weigh(cause);
  return ranked([...weights.values()]);
}

function surenessOf(kind: CauseKind, explained: readonly Suspect[]): number {
  if (explained.some(({ finding }) => finding.subject.type === kind)) return SEEN_IN_TROUBLE;
  if (kind !== 'schedule' && kind !== 'host') return CONCLUDED[kind];
  const jobs = new Set(explained.map(({ finding }) => subjectKey(finding.subject))).size;
  return CONCLUDED[kind] * Math.min(jobs / ENOUGH, 1);
}

function ranked(causes: Cause[]): Cause[] {
  const kept = causes
    .sort(
      (one, other) =>
        other.weight - one.weight ||
        CAUSE_KINDS.indexOf(one.kind) - CAUSE_KINDS.indexOf(other.kind) ||
        (one.name < other.name ? -1 : 1),
    )
    .slice(0, MOST_CAUSES);
  const total = Math.max(
    kept.reduce((sum, { weight }) => sum + weight, 0),
    1,
  );
  return kept
    .map((cause) => ({ ...cause, weight: Math.floor((cause.weight / total) * 100) / 100 }))
    .filter(({ weight }) => weight > 0);
}

/**
 * What each finding is in its incident. The cause is what is found wrong with the cause itself; what follows from it
 * is a consequence; of a cause that nobody saw there are symptoms only.
 *
 * @param members by onset
 */
export function rolesOf(
  members: readonly Suspect[],
  causes: readonly Cause[],
  context: GroupingContext,
): Map<string, Role> {
  const { kind, name } = causes[0]!;
  const isCause = ({ finding }: Suspect): boolean => {
    const isCalledSo = nameOf(finding, context) === name;
    if (kind === 'host' || kind === 'source') return finding.subject.type === kind && isCalledSo;
    return (kind === 'upstream' || kind === 'itself') && isCalledSo;
  };
  const first =
    members.find(isCause) ?? (kind === 'error-family' || kind === 'itself' ? members[0] : undefined);
  const hasConsequences = first !== undefined && kind !== 'error-family' && kind !== 'itself';
  return new Map(
    members.map((member) => {
      const role = member === first || (hasConsequences && isCause(member)) ? 'cause' : otherRole();
      return [member.finding.key, role] as [string, Role];
    }),
  );

  function otherRole(): Role {
    return hasConsequences ? 'consequence' : 'symptom';
  }
}
