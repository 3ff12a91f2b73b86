import { type Random, seededRandom } from '../random.ts';

/** 32 well mixed bits of a text (FNV-1a, then the finaliser of MurmurHash3). */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A stream of its own for one purpose, so that one job's draws never shift another's. */
export function streamFor(seed: number, purpose: string): Random {
  return seededRandom(hash32(`${seed}/${purpose}`) * 0x100000 + (hash32(`${purpose}/${seed}`) & 0xfffff));
}

export const between = (random: Random, low: number, high: number) => low + random.uniform() * (high - low);

/** Log-uniform: each factor of two between the bounds is equally likely. */
export const betweenScales = (random: Random, low: number, high: number) =>
  low * (high / low) ** random.uniform();

/** A factor around 1 whose logarithm has the given standard deviation. */
export const noiseFactor = (random: Random, sigma: number) => Math.exp(sigma * random.normal());

export const exponential = (random: Random, mean: number) => -mean * Math.log(1 - random.uniform());

export const chance = (random: Random, probability: number) => random.uniform() < probability;

/** One of the items, each equally likely. */
export function choice<Item>(random: Random, items: readonly Item[]): Item {
  if (items.length === 0) throw new RangeError('choice requires at least 1 item, got 0');
  return items[random.below(items.length)]!;
}

/** An index with probability proportional to its weight; weights must not all be zero. */
export function weightedIndex(random: Random, weights: readonly number[]): number {
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  let last = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight <= 0) continue;
    if (left < weight) return index;
    left -= weight;
    last = index;
  }
  return last;
}
