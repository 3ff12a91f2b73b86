/** What every part of the OpenAPI document is put together from. */
import { z } from 'zod';
import { problemSchema } from '../contract/system.ts';

export type Json = Record<string, unknown>;

const nameOf = (schema: z.ZodType): string => z.globalRegistry.get(schema)!.id!;

/** Points at a named schema. */
export const refTo = (schema: z.ZodType): Json => ({ $ref: `#/components/schemas/${nameOf(schema)}` });

/** An answer, or a body, in JSON. */
export const jsonContent = (schema: z.ZodType): Json => ({
  content: { 'application/json': { schema: refTo(schema) } },
});

export const problemResponse = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: refTo(problemSchema) } },
});

export const pathParameter = (
  name: string,
  description: string,
  schema: Json = { type: 'string', pattern: '^[^\\u0000]+$' },
): Json => ({ name, in: 'path', required: true, description, schema });

/** Of what changes something. */
export const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Asked again with the same key within 24 hours, it is done once and answered the same.',
  schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]+$' },
};

/** What stands in an address, before or behind its `?`. */
export function parametersOf(schemaOf: z.ZodObject, place: 'query' | 'path'): Json[] {
  const schema = z.toJSONSchema(schemaOf, { io: 'input', unrepresentable: 'any' });
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property as Json;
    return {
      name,
      in: place,
      required: place === 'path' || (schema.required?.includes(name) ?? false),
      description,
      schema: rest,
    };
  });
}
