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
import type { z } from 'zod';
import type { Config } from '../config.ts';
import packageDescription from '../package.json' with { type: 'json' };
import { isLoopback, requireLoopbackName, requireSafeHost, requireToken } from './access.ts';
import { ACT_PATH, addActLinks } from './act-links.ts';
import { listenForChanges } from './change-listener.ts';
import { createReadPool, createReceivePool } from './database.ts';
import { createEventStream, type EventStream } from './event-stream.ts';
import { addIncidentActions } from './incident-actions.ts';
import { openApiDocument } from './openapi.ts';
import { type PageFile, readPageFiles } from './page-files.ts';
import { PAGE_PATHS } from './page-paths.ts';
import { ProblemError, problemFrom, problemOf } from './problem.ts';
import { addPushRoutes } from './push.ts';
import { addReceiveRoutes, LINEAGE_PATH, loggablePath, PING_PATHS } from './receive.ts';
import type { Route, RouteContext } from './route.ts';
import { ROUTES } from './routes.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { createLazyTemporal } from './temporal.ts';

/** Health, and pings and links of messages, which bring a key or a signature of their own. */
const OPEN_ROUTES = new Set<string>([
  ...ROUTES.filter((route) => route.open).map((route) => route.path),
  ...PING_PATHS,
  ACT_PATH,
]);

/** Whoever sends a request and is silent for so long is gone. */
const SILENT_SENDER_MS = 15_000;

export interface RunningApi {
  /** Where it listens, as a browser on this machine would write it. */
  url: string;
  close(): Promise<void>;
}

/**
 * Starts the API and the page, and resolves once it listens. It does so without a database too: routes that need
 * one answer 503 until it is there.
 *
 * @throws ConfigError when others could reach it and no token is set.
 */
export async function startApi(config: Config, log: Logger): Promise<RunningApi> {
  requireSafeHost(config.apiHost, config.apiToken);
  const onLost = (error: Error) => log.warn({ reason: error.message }, 'a database connection was lost');
  const pool = createReadPool(config.databaseUrl, onLost);
  const receivePool = createReceivePool(config.databaseUrl, onLost);
  let reachable: boolean | null = null;
  const stateEvent = () => ({ event: 'database', data: { reachable } });
  const stream = createEventStream(() => (reachable === null ? null : stateEvent()));
  const app = createApp(config, log, { pool, config }, stream);
  addReceiveRoutes(app, { pool: receivePool, pingKey: config.pingKey });
  addPushRoutes(app, { pool, config });
  const temporal = createLazyTemporal(config);
  addIncidentActions(app, { pool, receivePool, temporal });
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
    async close() {
      stream.close();
      await Promise.all([app.close(), listener.close()]);
      await Promise.all([pool.end(), receivePool.end(), temporal.close()]);
    },
  };
}

function createApp(config: Config, log: Logger, context: RouteContext, stream: EventStream): FastifyInstance {
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024,
    routerOptions: { maxParamLength: 1_000 },
    // A pushed file may take long; whoever is silent while sending one is cut off much sooner.
    requestTimeout: 3_600_000,
    http: { maxHeaderSize: 16 * 1024, headersTimeout: 15_000 },
    forceCloseConnections: true,
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
    if (request.method !== 'GET') request.raw.setTimeout(SILENT_SENDER_MS, () => request.raw.destroy());
    const route = request.routeOptions.url ?? '';
    if (config.apiToken === null) requireLoopbackName(request.headers.host);
    else if (!OPEN_ROUTES.has(route)) {
      // Who may ping may tell of runs in OpenLineage's words too, and read nothing.
      const tokens = [config.apiToken, ...(route === LINEAGE_PATH && config.pingKey ? [config.pingKey] : [])];
      requireToken(request.headers.authorization, ...tokens);
    }
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
  app.setNotFoundHandler((request, reply) => answerUnknown(app, request, reply));

  for (const route of ROUTES) addRoute(app, route, context);
  const openApi = openApiDocument(packageDescription.version);
  app.get('/openapi.json', async (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(openApi),
  );
  app.get('/v1/stream', { exposeHeadRoute: false }, (_request, reply) => {
    stream.attach(reply.raw, SECURITY_HEADERS);
    reply.hijack();
  });
  for (const [address, file] of readPageFiles(path.join(import.meta.dirname, '../dashboard'))) {
    for (const path of address === '/' ? PAGE_PATHS : [address]) {
      app.get(path, async (request, reply) => sendPageFile(request, reply, file));
    }
  }
  if (!isLoopback(config.apiHost)) log.info({ host: config.apiHost }, 'other machines can reach the API');
  return app;
}

function addRoute(app: FastifyInstance, route: Route, context: RouteContext): void {
  app.get(route.path, async (request, reply) => {
    const query = parseQuery(route.query, request.query);
    const params = parseQuery(route.params, request.params);
    const answer = await route.handler(context, { params, query } as never);
    return reply.header('cache-control', 'no-store').send(answer);
  });
}

function parseQuery(schema: z.ZodObject, query: unknown): Record<string, unknown> {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ parameter: key, detail: `unknown parameter; ${knownParameters(schema)}` }))
      : [{ parameter: issue.path.join('.'), detail: issue.message }],
  );
  const detail = errors.map((error) => `${error.parameter}: ${error.detail}`).join('. ');
  throw new ProblemError(problemOf('bad-query', 400, detail, errors));
}

function knownParameters(schema: z.ZodObject): string {
  const names = Object.keys(schema.shape);
  return names.length === 0 ? 'this address takes none' : `known are ${names.join(', ')}`;
}

function answerUnknown(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0]!;
  if (app.hasRoute({ method: 'GET', url: path })) {
    const detail = `${request.method} is not possible here; GET is.`;
    return sendProblem(reply.header('allow', 'GET, HEAD'), problemOf('method-not-allowed', 405, detail));
  }
  const acts = /^\/v1\/incidents\/[^/]+\/(acknowledge|silence|waive|rerun|feedback)$/.test(path);
  const taken =
    acts || path === LINEAGE_PATH ? 'POST' : /^\/ping\/[^/]+\/[^/]/.test(path) ? 'GET, HEAD, POST' : null;
  if (taken !== null) {
    const detail = `${request.method} is not possible here; ${taken} is.`;
    return sendProblem(reply.header('allow', taken), problemOf('method-not-allowed', 405, detail));
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
  const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  return gzip ? reply.header('content-encoding', 'gzip').send(file.gzipped) : reply.send(file.bytes);
}
