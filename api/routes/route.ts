import { z } from 'zod';
import type { Config } from '../../config.ts';
import { estateMoment } from '../../db/estate-clock.ts';
import type { Pool } from '../../db/pool.ts';
import type { LazyTemporal } from '../temporal.ts';

export interface RouteContext {
  pool: Pool;
  config: Config;
  temporal: LazyTemporal;
}

/** What a request asks for, checked. */
export interface Asked<Params = unknown, Query = unknown, Body = unknown> {
  params: Params;
  query: Query;
  body: Body;
}

/** A value before JSON: where the contract says text, a Date may still stand and becomes ISO text. */
export type BeforeJson<T> = T extends string
  ? string extends T
    ? T | Date
    : T
  : T extends readonly (infer Item)[]
    ? readonly BeforeJson<Item>[]
    : T extends object
      ? { [Key in keyof T]: BeforeJson<T[Key]> }
      : T;

export interface Route {
  method: 'GET' | 'POST';
  /** Parameters as `:name`. */
  path: string;
  summary: string;
  /** Answered without a token: what a health check of the machine asks. */
  open: boolean;
  params: z.ZodObject;
  query: z.ZodObject;
  /** null: nothing is posted. */
  body: z.ZodType | null;
  response: z.ZodType;
  /** What else it answers, by status: a sentence each. */
  problems: Readonly<Record<number, string>>;
  handler: (context: RouteContext, asked: Asked<never, never, never>) => Promise<unknown>;
}

export const noQuerySchema = z.strictObject({});
type NoQuery = typeof noQuerySchema;

/** Ties the schema of the query and of the answer to the handler's types. */
export function get<Query extends z.ZodObject, Response extends z.ZodType>(
  path: string,
  summary: string,
  query: Query,
  response: Response,
  handler: (context: RouteContext, query: z.infer<Query>) => Promise<BeforeJson<z.infer<Response>>>,
): Route {
  return {
    ...{ method: 'GET', path, summary, open: false, params: noQuerySchema, query, body: null, response },
    problems: {},
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
  return {
    ...{ method: 'GET', path, summary, open: false, params, query, body: null, response, handler },
    problems: { 404: 'There is no such thing' },
  };
}

/** A question that is too long for an address: JSON is posted, nothing is changed. */
export function ask<Body extends z.ZodType, Response extends z.ZodType>(
  path: string,
  summary: string,
  { body, response, problems }: { body: Body; response: Response; problems: Route['problems'] },
  handler: (
    context: RouteContext,
    asked: Asked<object, z.infer<NoQuery>, z.infer<Body>>,
  ) => Promise<BeforeJson<z.infer<Response>>>,
): Route {
  return {
    ...{ method: 'POST', path, summary, open: false, params: noQuerySchema, query: noQuerySchema },
    ...{ body, response, problems, handler },
  };
}

/** Now, by the clock that the system goes by: that of this machine, or the last arrival. */
export const momentOf = ({ pool, config }: Pick<RouteContext, 'pool' | 'config'>): Promise<Date> =>
  estateMoment(pool, config.time, Date.now());
