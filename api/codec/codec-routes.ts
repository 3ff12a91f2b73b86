import type { Payload, PayloadCodec } from '@temporalio/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isEncrypted, TamperedPayload, UnknownPayloadKey } from '../../services/payload-codec.ts';
import { codecQuerySchema, type Payloads, payloadsSchema } from '../contract/codec.ts';
import { parseBody, parseQuery } from '../http/parse-request.ts';
import { ProblemError, problemOf } from '../http/problem.ts';
import { CODEC_PATHS } from './temporal-ui-origin.ts';

/** More than the payloads of a page of a history. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The codec server of the Temporal UI and command line: without it they show what is encrypted as it is. Which namespace asks
 * makes no difference: a payload names its key.
 */
export function addCodecRoutes(
  app: FastifyInstance,
  { codec, log }: { codec: PayloadCodec; log: Logger },
): void {
  app.post(CODEC_PATHS.decode, { bodyLimit: MOST_BYTES }, async (request, reply) => {
    const asked = askedOf(request);
    const encrypted = asked.map(payloadOf).filter(isEncrypted).length;
    const payloads = await decoded(codec, asked);
    // No change, so not for the audit log; but who read what others may not is to be found.
    if (encrypted > 0) log.info({ who: request.identity?.who, payloads: encrypted }, 'payloads were decoded');
    return reply.header('cache-control', 'no-store').send({ payloads });
  });
  app.post(CODEC_PATHS.encode, { bodyLimit: MOST_BYTES }, async (request, reply) => {
    const payloads = await codec.encode(askedOf(request).map(payloadOf));
    return reply.header('cache-control', 'no-store').send({ payloads: payloads.map(jsonOf) });
  });
}

function askedOf(request: FastifyRequest): Payloads['payloads'] {
  parseQuery(codecQuerySchema, request.query);
  return parseBody(payloadsSchema, request.body).payloads;
}

/** @throws ProblemError 400 saying which payload cannot be read */
async function decoded(codec: PayloadCodec, asked: Payloads['payloads']): Promise<Payloads['payloads']> {
  const payloads: Payloads['payloads'] = [];
  for (const [index, json] of asked.entries()) {
    const payload = payloadOf(json);
    try {
      payloads.push(isEncrypted(payload) ? jsonOf((await codec.decode([payload]))[0]!) : json);
    } catch (error) {
      if (!(error instanceof UnknownPayloadKey || error instanceof TamperedPayload)) throw error;
      throw new ProblemError(problemOf('not-decodable', 400, `payloads.${index}: ${error.message}`));
    }
  }
  return payloads;
}

function payloadOf({ metadata, data }: Payloads['payloads'][number]): Payload {
  const entries = Object.entries(metadata ?? {}).map(([name, text]) => [name, Buffer.from(text, 'base64')]);
  return {
    metadata: Object.fromEntries(entries),
    ...(data !== undefined && { data: Buffer.from(data, 'base64') }),
  };
}

function jsonOf({ metadata, data }: Payload): Payloads['payloads'][number] {
  const entries = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]);
  return { metadata: Object.fromEntries(entries), ...(data && data.length > 0 && { data: base64(data) }) };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
