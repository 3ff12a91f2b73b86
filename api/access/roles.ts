/** What everybody may do: one table. A route that is not in it is refused. */

export const ROLES = ['viewer', 'operator', 'ml-engineer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/**
 * `acting`: whoever may act, in whichever role: everybody but viewers. `open`: whoever asks, because it tells nothing, or because the route asks for a key or a signature of its own. `page`: as
 * viewer, but also while the database is away and nobody can tell who asks: nothing of the estate is in it.
 */
export type Need = Role | 'acting' | 'open' | 'page';

/** Every route but the files of the page, which are `page`. HEAD is as GET. */
export const ROUTE_ROLES: Readonly<Record<string, Need>> = {
  'GET /livez': 'open',
  'GET /readyz': 'open',
  'GET /openapi.json': 'open',

  'GET /login': 'open',
  'POST /login': 'open',
  'POST /logout': 'open',
  'GET /login/openid': 'open',
  'GET /login/openid/back': 'open',
  // The ping key is in the address.
  'GET /ping/:key/:slug': 'open',
  'POST /ping/:key/:slug': 'open',
  'GET /ping/:key/:slug/:signal': 'open',
  'POST /ping/:key/:slug/:signal': 'open',
  // The signature is in the address.
  'GET /act/:action/:incident/:expiry/:signature': 'open',
  'POST /act/:action/:incident/:expiry/:signature': 'open',

  'GET /v1/stream': 'page',
  // Whoever watches the system needs it most while the database is away; of the estate there is nothing in it then.
  'GET /metrics': 'page',
  'GET /v1/me': 'viewer',
  'GET /v1/overview': 'viewer',
  'GET /v1/runs': 'viewer',
  'GET /v1/jobs': 'viewer',
  'GET /v1/incidents': 'viewer',
  'GET /v1/feedback': 'viewer',
  'GET /v1/reruns': 'viewer',
  'GET /v1/files': 'viewer',
  'GET /v1/files/:sha256': 'viewer',
  'GET /v1/quality': 'viewer',
  'GET /v1/forecasts/latest': 'viewer',
  'GET /v1/models': 'viewer',
  'GET /v1/notifications': 'viewer',
  'GET /v1/mailbox': 'viewer',
  'GET /v1/runs/:jobId/:runKey': 'viewer',
  'GET /v1/jobs/:jobId': 'viewer',
  'GET /v1/jobs/:jobId/runs': 'viewer',
  'GET /v1/jobs/:jobId/durations': 'viewer',
  'GET /v1/slots': 'viewer',
  'GET /v1/timeline': 'viewer',
  'GET /v1/incidents/:id': 'viewer',
  'GET /v1/incidents/:incidentId/record': 'viewer',
  'GET /v1/hosts': 'viewer',
  'GET /v1/hosts/:host/metrics': 'viewer',
  'GET /v1/sources': 'viewer',
  'GET /v1/quarantine': 'viewer',
  'GET /v1/quarantine/counts': 'viewer',
  'GET /v1/forecasts': 'viewer',
  'GET /v1/forecasts/:cutoff': 'viewer',
  'GET /v1/forecast-scores': 'viewer',
  'GET /v1/drift': 'viewer',
  'GET /v1/models/:model/:version': 'viewer',
  'GET /v1/models/:model/changes': 'viewer',
  'GET /v1/models/:model/:version/calibration': 'viewer',
  'GET /v1/models/:model/:version/lineage': 'viewer',
  'GET /v1/models/:model/history': 'viewer',
  'GET /v1/models/:model/aliases/:alias': 'viewer',
  'GET /v1/models/:model/compare': 'viewer',
  'GET /v1/models/:model/explain/:jobId': 'viewer',
  'GET /v1/search': 'viewer',

  'GET /v1/reports': 'viewer',
  'GET /v1/reports/:period/:language/pdf': 'viewer',
  'GET /v1/reports/:period/recommendations': 'viewer',
  'POST /v1/reports/:period/recommendations/decide': 'operator',

  'POST /v1/incidents/:id/acknowledge': 'operator',
  'POST /v1/incidents/:id/silence': 'operator',
  'POST /v1/incidents/:id/waive': 'operator',
  'POST /v1/incidents/:id/rerun': 'operator',
  // Whoever was told may say whether that was useful.
  'POST /v1/incidents/:id/feedback': 'viewer',
  // They ask for what the model says, and change nothing.
  'POST /v1/predict': 'viewer',
  'POST /v1/predict/batch': 'viewer',
  'POST /v1/models/:model/:version/promote': 'ml-engineer',
  'POST /v1/models/:model/rollback': 'ml-engineer',
  'POST /v1/models/:model/:version/reject': 'ml-engineer',
  'POST /v1/models/:model/:version/shadow': 'ml-engineer',
  'PUT /v1/models/:model/:version/tags/:key': 'ml-engineer',
  'DELETE /v1/models/:model/:version/tags/:key': 'ml-engineer',
  // Whoever runs the jobs knows what a model cannot: that a server was mended, that a job is taken out. What the model
  // says stays beside it and is what is scored, so no ML engineer has to be woken for it.
  'POST /v1/jobs/:jobId/forecast-override': 'operator',
  'DELETE /v1/jobs/:jobId/forecast-override': 'operator',
  'POST /v1/sources/:source/release': 'operator',
  'POST /v1/quarantine/replay': 'operator',
  'PUT /v1/sources/:source/files/:name': 'operator',
  'POST /v1/sources/:source/samples': 'operator',
  'POST /api/v1/lineage': 'operator',

  'GET /v1/audit': 'admin',

  // What workflows keep, for who looks after them in the Temporal UI: names, reasons and addresses in one place.
  'POST /v1/codec/decode': 'acting',
  'POST /v1/codec/encode': 'acting',
};

/** Of these machines send many, so they have a higher limit than changes that people make. */
export const INTAKE_ROUTES: ReadonlySet<string> = new Set([
  'PUT /v1/sources/:source/files/:name',
  'POST /v1/sources/:source/samples',
  'POST /api/v1/lineage',
  'POST /v1/predict',
  'POST /v1/predict/batch',
  // The Temporal UI asks for the payloads of each event.
  'POST /v1/codec/decode',
  'POST /v1/codec/encode',
]);

/** Whether a role is enough. Operator and ML engineer are both above viewer, and not above each other. */
export const mayDo = (role: Role, need: Role | 'acting'): boolean =>
  role === 'admin' || need === 'viewer' || role === need || (need === 'acting' && role !== 'viewer');

/** All that a role may do. */
export const rolesOf = (role: Role): Role[] => ROLES.filter((need) => mayDo(role, need));
