/** A row that two models forecast before its outcome was known. */
export interface SequentialPair {
  /** Probabilities of a failure. */
  ours: number;
  theirs: number;
  label: 0 | 1;
  /** Rows of one number are judged together; numbers ascend with time. */
  block: number;
}

export interface SequentialVerdict {
  decision: 'better' | 'worse' | 'undecided';
  /** Capital of the side that leads, of 1 on both together; from 1/alpha on it decides. */
  eValue: number;
  /** Looked at: up to the one that decided. */
  blocks: number;
  explanation: { en: string; fr: string };
}

/** Shares of the boldest bet that cannot ruin: a capital is parted evenly among them. */
const STAKES = Array.from({ length: 24 }, (_, i) => (i + 1) / 25);

/**
 * Is one forecast better than another, or worse, by their Brier scores? May be asked after every block, for as long as
 * one likes: under the null it ever decides with a probability of at most `alpha`.
 *
 * Two gamblers start with half of the capital each, one on `ours`, one on `theirs`. Before a block its forecasts are
 * known, and so is the most a side can lose there, m, whatever happens: a gambler who stakes λ/m, 0 < λ < 1, on the
 * mean difference X of the squared errors multiplies the capital by 1 + λX/m, which is never negative. Where no block
 * is expected to favour that side, given the blocks before it, the capital is a nonnegative supermartingale and
 * reaches 1/alpha with probability alpha at most (Ville). The stakes λ are a grid, each with an even part of the
 * capital (diversified Kelly), so nothing is tuned on what is tested.
 *
 * Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86 (2024), sections 4
 * and B; forecasts compared like this: Henzi & Ziegel, "Valid sequential inference on probability forecast
 * performance", Biometrika 109 (2022); Choe & Ramdas, "Comparing sequential forecasters" (2023).
 *
 * Rows of a block may depend on one another in any way; blocks only through what came before. So rows that share
 * their weather belong in one block. The price is power: of a week that is one block the worst is that all jobs fail.
 * A block for each host of a week decides many times sooner than one for the whole week.
 *
 * @param pairs in any order; blocks are taken by ascending number
 * @param options `minBlocks`: nothing is decided before so many
 * @throws RangeError naming the option or row that is wrong
 */
export function sequentialTest(
  pairs: readonly SequentialPair[],
  options: { alpha: number; minBlocks: number },
): SequentialVerdict {
  requireOptions(options);
  const blocks = blocksOf(pairs);
  const better = STAKES.map(() => 0);
  const worse = STAKES.map(() => 0);
  const limit = Math.log(1 / options.alpha);
  let looked = 0;
  let sum = 0;
  let rows = 0;
  for (const block of blocks) {
    looked += 1;
    sum += block.gain;
    rows += block.rows;
    bet(better, block.gain, block.ourWorst);
    bet(worse, -block.gain, block.theirWorst);
    const capital = Math.max(logCapital(better), logCapital(worse));
    if (looked >= options.minBlocks && capital >= limit) break;
  }
  const [ours, theirs] = [logCapital(better), logCapital(worse)];
  const isDecided = looked >= options.minBlocks && Math.max(ours, theirs) >= limit && ours !== theirs;
  const decision = !isDecided ? 'undecided' : ours > theirs ? 'better' : 'worse';
  // Beyond what a number holds it would be written as nothing.
  const eValue = Math.exp(Math.min(700, Math.max(ours, theirs)));
  return {
    decision,
    eValue,
    blocks: looked,
    explanation: explain({
      decision,
      eValue,
      blocks: looked,
      needed: 1 / options.alpha,
      gain: rows === 0 ? 0 : sum / rows,
    }),
  };
}

/** Sums over the rows of a block. */
interface Block {
  rows: number;
  /** Their squared errors less ours: positive, ours is better. */
  gain: number;
  /** The most that either side can lose, positive: known before the outcomes. */
  ourWorst: number;
  theirWorst: number;
}

function blocksOf(pairs: readonly SequentialPair[]): Block[] {
  const blocks = new Map<number, Block>();
  pairs.forEach((pair, row) => {
    requirePair(pair, row);
    const { ours, theirs, label, block: number } = pair;
    const gains = [0, 1].map((outcome) => (theirs - outcome) ** 2 - (ours - outcome) ** 2);
    const block = blocks.get(number) ?? { rows: 0, gain: 0, ourWorst: 0, theirWorst: 0 };
    blocks.set(number, block);
    block.rows += 1;
    block.gain += gains[label]!;
    block.ourWorst -= Math.min(...gains);
    block.theirWorst += Math.max(...gains);
  });
  return [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block);
}

/** The logarithms of the capital on every stake, after a block. Sums stand for means: their quotient is the same. */
function bet(capital: number[], gain: number, worst: number): void {
  // Both said the same of every row.
  if (!(worst > 0)) return;
  const odds = Math.max(-1, gain / worst);
  STAKES.forEach((stake, i) => {
    capital[i]! += Math.log1p(stake * odds);
  });
}

/** Logarithm of the mean capital over the stakes, halved for the two sides. */
function logCapital(capital: readonly number[]): number {
  const most = Math.max(...capital);
  const mean = capital.reduce((sum, one) => sum + Math.exp(one - most), 0) / capital.length;
  return most + Math.log(mean / 2);
}

function explain(found: {
  decision: SequentialVerdict['decision'];
  eValue: number;
  blocks: number;
  needed: number;
  gain: number;
}): SequentialVerdict['explanation'] {
  const { decision, blocks, gain } = found;
  const amount = Math.abs(gain).toFixed(4);
  const [evidence, needed] = [found.eValue, found.needed].map((value) =>
    value >= 1e6 ? value.toExponential(1) : value.toFixed(1),
  );
  const en = { better: 'better beyond doubt', worse: 'worse beyond doubt', undecided: 'not decided yet' };
  const fr = { better: 'meilleur sans doute', worse: 'moins bon sans doute', undecided: 'pas encore décidé' };
  return {
    en: `After ${blocks} blocks the Brier score is ${amount} ${gain < 0 ? 'higher' : 'lower'} than the other model's; evidence ${evidence}, ${needed} needed: ${en[decision]}.`,
    fr: `Après ${blocks} blocs, le score de Brier est de ${amount} ${gain < 0 ? 'au-dessus' : 'au-dessous'} de celui de l'autre modèle ; indice ${evidence}, ${needed} nécessaire : ${fr[decision]}.`,
  };
}

function requireOptions({ alpha, minBlocks }: { alpha: number; minBlocks: number }): void {
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(`sequential test: alpha: expected a number between 0 and 1, found ${alpha}`);
  }
  if (!Number.isSafeInteger(minBlocks) || minBlocks < 1) {
    throw new RangeError(`sequential test: minBlocks: expected a whole number from 1, found ${minBlocks}`);
  }
}

function requirePair({ ours, theirs, label, block }: SequentialPair, row: number): void {
  for (const [name, value] of Object.entries({ ours, theirs })) {
    if (!(value >= 0 && value <= 1)) {
      throw new RangeError(`sequential test: row ${row}: ${name}: expected a probability, found ${value}`);
    }
  }
  if (label !== 0 && label !== 1) {
    throw new RangeError(`sequential test: row ${row}: label: expected 0 or 1, found ${label}`);
  }
  if (!Number.isSafeInteger(block)) {
    throw new RangeError(`sequential test: row ${row}: block: expected a whole number, found ${block}`);
  }
}
