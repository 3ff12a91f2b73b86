import type { AddressInfo } from 'node:net';
import path from 'node:path';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { loginExists } from '../db/access/door.ts';
import packageDescription from '../package.json' with { type: 'json' };
import { payloadCodecOf } from '../services/temporal-link.ts';
import { isLoopback, requireSafeHost } from './access/access.ts';
import { addAccessRoutes } from './access/access-routes.ts';
import { addGuard } from './access/guard.ts';
import { createDoor, type Door } from './access/identity.ts';
import { addLogin } from './access/login.ts';
import { addOpenId } from './access/open-id.ts';
import { addActLinks } from './acts/act-links.ts';
import { addForecastActions } from './acts/forecast-actions.ts';
import { addIncidentActions } from './acts/incident-actions.ts';
import { addModelActions } from './acts/model-actions.ts';
import { addReportActions } from './acts/report-actions.ts';
import { addSourceActions } from './acts/source-actions.ts';
import { addTagActions } from './acts/tag-actions.ts';
import { addCodecRoutes } from './codec/codec-routes.ts';
import { addTemporalUiOrigin } from './codec/temporal-ui-origin.ts';
import { createReadPool, createReceivePool } from './database.ts';
import { addIdempotency } from './http/idempotency.ts';
import { type MethodsOf, rememberMethods } from './http/methods.ts';
import { isSecure } from './http/own-site.ts';
import { parseBody, parseParams, parseQuery } from './http/parse-request.ts';
import { isDatabaseUnreachable, problemFrom, problemOf } from './http/problem.ts';
import { SECURITY_HEADERS, TLS_HEADERS } from './http/security-headers.ts';
import { sendJson, takesGzip } from './http/send-json.ts';
import { listenForChanges } from './live/change-listener.ts';
import { createEventStream, type EventStream } from './live/event-stream.ts';
import { addMetrics } from './metrics/metrics.ts';
import { openApiDocument } from './openapi/openapi.ts';
import { type PageFile, readPageFiles } from './page/page-files.ts';
import { PAGE_PATHS } from './page/page-paths.ts';
import { addPushRoutes } from './push/push.ts';
import { addReceiveRoutes, loggablePath } from './push/receive.ts';
import { addReportPdf } from './routes/report-routes.ts';
import type { Route, RouteContext } from './routes/route.ts';
import { ROUTES } from './routes/routes.ts';
import { createLazyTemporal } from './temporal.ts';

/** Whoever sends a request and is silent for so long is gone. */
const SILENT_SENDER_MS = 15_000;

export interface RunningApi {
  /** Where it listens, as a browser on this machine would write it. */
  url: string;
  /** Every route, as `GET /v1/runs`. */
  routes: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts the API and the page, and resolves once it listens. It does so without a database too: routes that need
 * one answer 503 until it is there.
 *
 * @param heartbeatMs how often live streams show that they are alive, and whose session is over is let go; left out, as
 * browsers need it
 * @throws ConfigError when others could reach it and nobody could log in; BadTemporalSetting when keys cannot be read
 */
export async function startApi(config: Config, log: Logger, heartbeatMs?: number): Promise<RunningApi> {
  const codec = payloadCodecOf(config);
  const onLost = (error: Error) => log.warn({ reason: error.message }, 'a database connection was lost');
  const pool = createReadPool(config.databaseUrl, onLost);
  const receivePool = createReceivePool(config.databaseUrl, onLost);
  try {
    requireSafeHost(config, await loginExists(pool).catch(orAway));
  } catch (error) {
    await Promise.all([pool.end(), receivePool.end()]);
    throw error;
  }
  let reachable: boolean | null = null;
  const stateEvent = () => ({ event: 'database', data: { reachable } });
  const stream = createEventStream(() => (reachable === null ? null : stateEvent()), heartbeatMs);
  const door = createDoor({ pool, receivePool, config, log });
  const temporal = createLazyTemporal(config, log);
  const { app, routes } = createApp(config, log, { pool, config, temporal }, stream, door);
  addMetrics(app, {
    ...{ pool, stream, version: packageDescription.version, pools: { read: pool, receive: receivePool } },
    onUnreachable: (error) => log.warn({ err: error }, 'the metrics of the system could not be read'),
  });
  addIdempotency(app, { pool: receivePool, log });
  addAccessRoutes(app, { pool });
  const login = { pool, receivePool, config, log, nowMs: () => performance.now() };
  addOpenId(app, login, addLogin(app, login));
  addCodecRoutes(app, { codec, log });
  addReportPdf(app, { pool, config });
  addReceiveRoutes(app, { pool: receivePool, pingKey: config.pingKey });
  addPushRoutes(app, { config });
  addIncidentActions(app, { pool, receivePool, temporal });
  addModelActions(app, { pool, temporal });
  addTagActions(app, { pool, temporal });
  addForecastActions(app, { pool, config, temporal });
  addSourceActions(app, { pool, temporal });
  addReportActions(app, { pool, temporal });
  addActLinks(app, { pool, receivePool, temporal, config, now: Date.now });
  await app.listen({ host: config.apiHost, port: config.apiPort });
  const listener = listenForChanges({
    databaseUrl: config.databaseUrl,
    log,
    onChange: (topic) => stream.broadcast('change', { topic }),
    onReachable: (now) => {
      reachable = now;
      log.info(now ? 'the database answers' : 'the database does not answer');
      stream.broadcast('database', stateEvent().data);
    },
  });
  const { address, family, port } = app.server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    routes,
    async close() {
      stream.close();
      await Promise.all([app.close(), listener.close()]);
      await Promise.all([pool.end(), receivePool.end(), temporal.close()]);
    },
  };
}

/** Away, it is asked again with every request; till then only those come in whom the settings know. */
function orAway(error: unknown): null {
  if (isDatabaseUnreachable(error)) return null;
  throw error;
}

function createApp(
  config: Config,
  log: Logger,
  context: RouteContext,
  stream: EventStream,
  door: Door,
): { app: FastifyInstance; routes: readonly string[] } {
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024,
    routerOptions: { maxParamLength: 1_000 },
    // A pushed file may take long; whoever is silent while sending one is cut off much sooner.
    requestTimeout: 3_600_000,
    http: { maxHeaderSize: 16 * 1024, headersTimeout: 15_000 },
    forceCloseConnections: true,
    trustProxy: config.apiTrustedProxies.length > 0 && config.apiTrustedProxies,
    frameworkErrors(error, _request, reply) {
      // What is answered before any hook: an address that cannot be read, or of which a part is too long.
      reply.headers(SECURITY_HEADERS);
      const isLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
      const problem = isLong
        ? problemOf('too-large', 414, 'A part of the address has more than 1,000 characters.')
        : problemOf('bad-request', 400, 'The address cannot be read.');
      sendProblem(reply as FastifyReply, problem);
    },
    clientErrorHandler(error, socket) {
      if (!socket.writable) return;
      const tooLarge = (error as NodeJS.ErrnoException).code === 'HPE_HEADER_OVERFLOW';
      const problem = tooLarge
        ? problemOf('too-large', 431, 'The request line and headers have more than 16 KB.')
        : problemOf('bad-request', 400, 'This is not HTTP.');
      const body = JSON.stringify(problem);
      socket.end(
        `HTTP/1.1 ${problem.status} ${tooLarge ? 'Request Header Fields Too Large' : 'Bad Request'}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (isSecure(request, config)) reply.headers(TLS_HEADERS);
    if (request.method !== 'GET') request.raw.setTimeout(SILENT_SENDER_MS, () => request.raw.destroy());
  });
  addTemporalUiOrigin(app, config);
  const pageFiles = readPageFiles(path.join(import.meta.dirname, '../dashboard'));
  const methodsOf = rememberMethods(app);
  const routes = addGuard(app, {
    door,
    methodsOf,
    config,
    pageFiles: [...pageFiles.keys(), ...PAGE_PATHS],
    nowMs: () => performance.now(),
  });
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      path: loggablePath(request.url.split('?', 1)[0]!, config.pingKey),
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    };
    log[reply.statusCode >= 500 ? 'error' : reply.statusCode >= 400 ? 'info' : 'debug'](line, 'answered');
  });
  app.setErrorHandler((error, _request, reply) => {
    const { problem, headers } = problemFrom(error);
    if (problem.status >= 500) log.error({ err: error }, problem.title);
    return sendProblem(reply.headers(headers), problem);
  });
  // Before the body is looked at: what it may be is a question of an address that there is.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return answerUnknown(methodsOf, request, reply);
  });
  app.setNotFoundHandler((request, reply) => answerUnknown(methodsOf, request, reply));

  for (const route of ROUTES) addRoute(app, route, context);
  const openApi = [false, true].map((isOpen) => openApiDocument(packageDescription.version, isOpen));
  app.get('/openapi.json', async (request, reply) =>
    sendJson(request, reply, openApi[(await door.isOpen()) ? 1 : 0]),
  );
  app.get('/v1/stream', { exposeHeadRoute: false }, (request, reply) => {
    const lastEventId = request.headers['last-event-id'];
    const last = typeof lastEventId === 'string' ? lastEventId : undefined;
    stream.attach(reply.raw, SECURITY_HEADERS, last, () => door.wouldLetIn(request));
    reply.hijack();
  });
  for (const [address, file] of pageFiles) {
    for (const path of address === '/' ? PAGE_PATHS : [address]) {
      app.get(path, async (request, reply) => sendPageFile(request, reply, file));
    }
  }
  if (!isLoopback(config.apiHost)) log.info({ host: config.apiHost }, 'other machines can reach the API');
  return { app, routes };
}

function addRoute(app: FastifyInstance, route: Route, context: RouteContext): void {
  app.route({
    method: route.method,
    url: route.path,
    async handler(request, reply) {
      const asked = {
        params: parseParams(route.params, request.params),
        query: parseQuery(route.query, request.query),
        body: route.body && parseBody(route.body, request.body),
      };
      const answer = await route.handler(context, asked as never);
      return sendJson(request, reply, answer);
    },
  });
}

function answerUnknown(methodsOf: MethodsOf, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0]!;
  const taken = methodsOf(path);
  if (taken !== undefined) {
    const allowed = taken.methods.join(', ');
    const detail = `${request.method} is not possible here; ${allowed} is.`;
    return sendProblem(reply.header('allow', allowed), problemOf('method-not-allowed', 405, detail));
  }
  const detail = 'No such address. /openapi.json lists those there are.';
  return sendProblem(reply, problemOf('not-found', 404, detail));
}

function sendProblem(reply: FastifyReply, problem: ReturnType<typeof problemOf>): FastifyReply {
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problem));
}

function sendPageFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  reply.headers({ etag: file.etag, 'cache-control': 'no-cache', vary: 'accept-encoding' });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  reply.header('content-type', file.contentType);
  return takesGzip(request)
    ? reply.header('content-encoding', 'gzip').send(file.gzipped)
    : reply.send(file.bytes);
}
