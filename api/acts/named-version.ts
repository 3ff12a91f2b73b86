import type { FastifyRequest } from 'fastify';
import { findModelVersion } from '../../db/forecast/model-versions.ts';
import type { Pool } from '../../db/pool.ts';
import { notFound } from '../http/problem.ts';

/** The version that an address names. @throws ProblemError 404 when it is not registered */
export async function namedVersion(
  pool: Pool,
  request: FastifyRequest,
): Promise<{ model: string; version: number }> {
  const { model, version } = request.params as { model: string; version: string };
  const isNumber = /^[1-9]\d{0,8}$/.test(version);
  if (isNumber && (await findModelVersion(pool, model, Number(version))) !== null) {
    return { model, version: Number(version) };
  }
  throw notFound(`${model} has no version ${version.slice(0, 20)}.`);
}
