import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';

export const CODEC_PATHS = { decode: '/v1/codec/decode', encode: '/v1/codec/encode' } as const;

type Settings = Pick<Config, 'temporalUiUrl'>;

/** How long a browser need not ask again whether it may ask, in seconds. */
const PREFLIGHT_S = 600;

const isCodecPath = (request: FastifyRequest): boolean =>
  (Object.values(CODEC_PATHS) as string[]).includes(request.url.split('?', 1)[0]!);

/** Whether the page of Temporal asks for what it alone may ask for from its own origin; a browser says so, no page can. */
export const isFromTemporalUi = (request: FastifyRequest, { temporalUiUrl }: Settings): boolean =>
  isCodecPath(request) && request.headers.origin === new URL(temporalUiUrl).origin;

/**
 * Lets the page of Temporal, and no other of another origin, read what the codec answers, with the session of its visitor
 * (https://fetch.spec.whatwg.org/#http-cors-protocol). A browser asks before, as nobody. Belongs before the guard.
 */
export function addTemporalUiOrigin(app: FastifyInstance, settings: Settings): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!isCodecPath(request)) return;
    reply.header('vary', 'origin');
    if (!isFromTemporalUi(request, settings)) return;
    reply.headers({
      'access-control-allow-origin': request.headers.origin,
      'access-control-allow-credentials': 'true',
    });
    if (request.method !== 'OPTIONS') return;
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'content-type, x-namespace',
        'access-control-max-age': String(PREFLIGHT_S),
      })
      .send();
  });
}
