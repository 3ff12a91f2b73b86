/** What a person said of a promotion. */
export interface Vote {
  approve: boolean;
  who: string;
  why: string;
}

const MOST_NAME = 200;
const MOST_REASON = 2_000;

/** The same person, however the name is written: in capitals, with spaces around, in another Unicode form. */
const personOf = (who: string): string => who.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

/** Whether two names are of one person, however they are written. */
export const isSamePerson = (one: string, other: string): boolean => personOf(one) === personOf(other);

/**
 * Why a vote cannot be taken; null: it can.
 *
 * @param votes taken before; whoever asked for the promotion stands among them as approving
 */
export function refusalOf(
  vote: unknown,
  { name, votes, twoPeople }: { name: string; votes: readonly Vote[]; twoPeople: boolean },
): string | null {
  const { approve, who, why } = (vote ?? {}) as Partial<Record<keyof Vote, unknown>>;
  if (typeof approve !== 'boolean') return 'approve must be true or false';
  if (typeof who !== 'string' || typeof why !== 'string' || !who.trim() || !why.trim()) {
    return 'who and why must be given';
  }
  if (who.length > MOST_NAME) return `who has at most ${MOST_NAME} characters, found ${who.length}`;
  if (why.length > MOST_REASON) return `why has at most ${MOST_REASON} characters, found ${why.length}`;
  const state = stateOf(votes, twoPeople);
  if (state !== 'open') return `${name} was decided already by ${namesOf(votes)}`;
  if (approve && votes.some((earlier) => isSamePerson(earlier.who, who))) {
    return `${name} was approved by ${who.trim()} already: a second person has to approve`;
  }
  return null;
}

/** One no is enough; a yes has to come from each of the people that are asked for. */
export function stateOf(votes: readonly Vote[], twoPeople: boolean): 'open' | 'approved' | 'rejected' {
  if (votes.some(({ approve }) => !approve)) return 'rejected';
  const people = new Set(votes.map(({ who }) => personOf(who)));
  return people.size >= (twoPeople ? 2 : 1) ? 'approved' : 'open';
}

/** `ann`, `ann and bob`. */
export const namesOf = (votes: readonly Vote[]): string => votes.map(({ who }) => who.trim()).join(' and ');

/** The reason of the one, or who said what. */
export const reasonsOf = (votes: readonly Vote[]): string =>
  votes.length === 1 ? votes[0]!.why : votes.map(({ who, why }) => `${who.trim()}: ${why}`).join('; ');
