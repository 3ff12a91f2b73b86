import { FINDING_KINDS, type FindingKind } from './finding.ts';

/** What a person decided for a job instead of what was learned; durations in milliseconds. */
export interface JobOverrides {
  /** A run is slow beyond a duration, or beyond its usual one times a factor. */
  slow?: { limitMs: number } | { factor: number };
  /** A run is too fast below. */
  fast?: { limitMs: number } | { factor: number };
  /** A run is incomplete with fewer rows, or a smaller share of those expected (announced, else usual). */
  incomplete?: { leastRows: number } | { leastShare: number };
  /** Kinds nobody wants to hear of. */
  ignore?: readonly FindingKind[];
  /** Without a reason nobody dares to take it back. */
  why: string;
  who: string;
}

/** Everything as learned. */
export const NO_OVERRIDES: JobOverrides = { why: '', who: '' };

/** The overrides of a job are not as they must be. Never cured by trying again. */
export class InvalidOverrides extends Error {
  override name = 'InvalidOverrides';
}

const LONGEST_TEXT = 500;
const LONGEST_MS = 366 * 86_400_000;
const MOST_ROWS = 1e12;

/** From, exclusive, and to, inclusive. */
type Range = readonly [above: number, most: number];

const SLOW = { limitMs: [0, LONGEST_MS], factor: [1, 1000] } satisfies Record<string, Range>;
const FAST = { limitMs: [0, LONGEST_MS], factor: [0, 1] } satisfies Record<string, Range>;
const INCOMPLETE = { leastRows: [0, MOST_ROWS], leastShare: [0, 1] } satisfies Record<string, Range>;
const KEYS = ['slow', 'fast', 'incomplete', 'ignore', 'why', 'who'];

type Fields = Record<string, unknown>;

/**
 * Reads overrides as JSON or YAML gives them.
 *
 * @throws InvalidOverrides naming the place, what is expected there, and what was found
 */
export function parseOverrides(value: unknown): JobOverrides {
  const fields = fieldsOf(value, 'overrides');
  const unknown = Object.keys(fields).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw wrong(`overrides.${unknown}`, `one of ${KEYS.join(', ')}`, 'another name');
  const overrides: JobOverrides = { why: textOf(fields, 'why'), who: textOf(fields, 'who') };
  const slow = choiceOf(fields, 'slow', SLOW);
  const fast = choiceOf(fields, 'fast', FAST);
  const incomplete = choiceOf(fields, 'incomplete', INCOMPLETE);
  if (slow) overrides.slow = slow as NonNullable<JobOverrides['slow']>;
  if (fast) overrides.fast = fast as NonNullable<JobOverrides['fast']>;
  if (incomplete) overrides.incomplete = incomplete as NonNullable<JobOverrides['incomplete']>;
  if (fields.ignore !== undefined) overrides.ignore = kindsOf(fields.ignore);
  return overrides;
}

/** One of two ways to say a limit; null where nothing is said. */
function choiceOf(fields: Fields, key: string, ways: Record<string, Range>): Record<string, number> | null {
  if (fields[key] === undefined) return null;
  const where = `overrides.${key}`;
  const given = Object.entries(fieldsOf(fields[key], where));
  const names = Object.keys(ways).join(' or ');
  const [way, value] = given[0] ?? [];
  const range = way === undefined || !Object.hasOwn(ways, way) ? undefined : ways[way];
  if (given.length !== 1 || way === undefined || range === undefined) {
    throw wrong(where, `exactly one of ${names}`, given.map(([name]) => name).join(', ') || 'none');
  }
  const [above, most] = range;
  if (typeof value !== 'number' || !(value > above && value <= most)) {
    throw wrong(`${where}.${way}`, `a number above ${above}, at most ${most}`, show(value));
  }
  return { [way]: value };
}

function kindsOf(value: unknown): readonly FindingKind[] {
  const known: readonly unknown[] = FINDING_KINDS;
  if (!Array.isArray(value) || !value.every((kind) => known.includes(kind))) {
    throw wrong('overrides.ignore', `a list of ${FINDING_KINDS.join(', ')}`, show(value));
  }
  return [...new Set(value as FindingKind[])];
}

function textOf(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value !== 'string' || value.trim() === '' || value.length > LONGEST_TEXT) {
    throw wrong(`overrides.${key}`, `a text of 1 to ${LONGEST_TEXT} characters`, show(value));
  }
  return value.trim();
}

function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrong(where, 'an object', show(value));
}

const show = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60);

const wrong = (where: string, expected: string, found: string) =>
  new InvalidOverrides(`${where}: expected ${expected}, found ${found}`);
