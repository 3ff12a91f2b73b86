import { DAY_MS } from './feature.ts';

/** Days that are looked back at, as a set: six words of bits, the first bit is the last 24 hours. */
export const DAYS = 180;
export const WORDS = 6;

export const noDays = (): Int32Array => new Int32Array(WORDS);

/** 0 is the last 24 hours before the cutoff. */
export const daysBack = (instant: number, cutoff: number) => Math.ceil((cutoff - instant) / DAY_MS) - 1;

export function setDay(bits: Int32Array, at: number): void {
  bits[at >> 5]! |= 1 << (at & 31);
}

/** The days of a job, seen from the day after each; written into a set of its own. */
export function lagged(bits: Int32Array, into: Int32Array = noDays()): Int32Array {
  for (let at = 0; at < WORDS; at++) into[at] = (bits[at]! >>> 1) | ((bits[at + 1] ?? 0) << 31);
  return into;
}

/** Sets in one list, for `meetingAtLeast`. */
export function packed(sets: readonly Int32Array[]): Int32Array {
  const list = new Int32Array(sets.length * WORDS);
  sets.forEach((bits, place) => {
    list.set(bits, place * WORDS);
  });
  return list;
}

/** Days that two sets have in common. */
export function meet(a: Int32Array, b: Int32Array): number {
  let days = 0;
  for (let at = 0; at < WORDS; at++) days += ones(a[at]! & b[at]!);
  return days;
}

export const daysIn = (bits: Int32Array): number => meet(bits, bits);

/** Set bits of a word: Warren, "Hacker's Delight", 5-1. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Places, in a packed list, of the sets that have at least so many days in common with these. */
export function meetingAtLeast(least: number, days: Int32Array, list: Int32Array): number[] {
  const places: number[] = [];
  // Word by word, without a loop: this is called for every pair of jobs.
  const [d0, d1, d2, d3, d4, d5] = [days[0]!, days[1]!, days[2]!, days[3]!, days[4]!, days[5]!];
  for (let at = 0; at < list.length; at += WORDS) {
    const b0 = d0 & list[at]!;
    const b1 = d1 & list[at + 1]!;
    const b2 = d2 & list[at + 2]!;
    const b3 = d3 & list[at + 3]!;
    const b4 = d4 & list[at + 4]!;
    const b5 = d5 & list[at + 5]!;
    if ((b0 | b1 | b2 | b3 | b4 | b5) === 0) continue;
    if (ones(b0) + ones(b1) + ones(b2) + ones(b3) + ones(b4) + ones(b5) >= least) places.push(at / WORDS);
  }
  return places;
}
