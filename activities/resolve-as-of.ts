import { estateNow } from '../db/estate-clock.ts';
import type { Dependencies } from './dependencies.ts';

/** The instant a workflow acts for, ISO 8601: the one it was started with, else the estate's now. */
export function createResolveAsOf({ pool, time, now }: Dependencies) {
  return async function resolveAsOf(input: { asOf?: string }): Promise<{ asOf: string }> {
    const asOf = input.asOf === undefined ? await estateNow(pool, time, now()) : new Date(input.asOf);
    return { asOf: asOf.toISOString() };
  };
}
