import { estateNow } from '../db/estate-clock.ts';
import type { Dependencies } from './dependencies.ts';

/** A workflow was started with something that makes no sense. */
export class InvalidInput extends Error {
  override name = 'InvalidInput';
}

/** The instant a workflow acts for, ISO 8601: the one it was started with, else the estate's now. */
export function createResolveAsOf({ pool, time, now }: Dependencies) {
  return async function resolveAsOf(input: { asOf?: string }): Promise<{ asOf: string }> {
    if (input.asOf === undefined) return { asOf: (await estateNow(pool, time, now())).toISOString() };
    const asOf = new Date(input.asOf);
    if (Number.isNaN(asOf.getTime())) {
      throw new InvalidInput(
        `asOf must be an ISO 8601 instant such as 2026-03-01T06:00:00Z, got "${input.asOf}"`,
      );
    }
    return { asOf: asOf.toISOString() };
  };
}
