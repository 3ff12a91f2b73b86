import { z } from 'zod';
import type { Config } from '../config.ts';
import { estateMoment } from '../db/estate-clock.ts';
import type { Pool } from '../db/pool.ts';

export interface RouteContext {
  pool: Pool;
  config: Config;
}

/** A value before JSON: where the contract says text, a Date may still stand and becomes ISO text. */
export type BeforeJson<T> = T extends string
  ? string extends T
    ? T | Date
    : T
  : T extends readonly (infer Item)[]
    ? BeforeJson<Item>[]
    : T extends object
      ? { [Key in keyof T]: BeforeJson<T[Key]> }
      : T;

/** What a request asks for, checked. */
export interface Asked<Params = unknown, Query = unknown> {
  params: Params;
  query: Query;
}

export interface Route {
  method: 'GET';
  /** Parameters as `:name`. */
  path: string;
  summary: string;
  /** Answered without a token: what a health check of the machine asks. */
  open: boolean;
  params: z.ZodObject;
  query: z.ZodObject;
  response: z.ZodType;
  handler: (context: RouteContext, asked: Asked<never, never>) => Promise<unknown>;
}

export const noQuerySchema = z.strictObject({});

/** Ties query and response schema to the handler's types. */
export function get<Query extends z.ZodObject, Response extends z.ZodType>(
  path: string,
  summary: string,
  query: Query,
  response: Response,
  handler: (context: RouteContext, query: z.infer<Query>) => Promise<BeforeJson<z.infer<Response>>>,
): Route {
  return {
    ...{ method: 'GET', path, summary, open: false, params: noQuerySchema, query, response },
    handler: (context, asked: Asked<unknown, z.infer<Query>>) => handler(context, asked.query),
  };
}

/** The same for an address with parameters; 404 where there is no such thing. */
export function getOf<Params extends z.ZodObject, Query extends z.ZodObject, Response extends z.ZodType>(
  path: string,
  summary: string,
  { params, query, response }: { params: Params; query: Query; response: Response },
  handler: (
    context: RouteContext,
    asked: Asked<z.infer<Params>, z.infer<Query>>,
  ) => Promise<BeforeJson<z.infer<Response>>>,
): Route {
  return { method: 'GET', path, summary, open: false, params, query, response, handler };
}

/** Now, by the clock that the system goes by: that of this machine, or the last arrival. */
export const momentOf = ({ pool, config }: RouteContext): Promise<Date> =>
  estateMoment(pool, config.time, Date.now());
