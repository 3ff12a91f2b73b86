import { readExplanation } from '../../db/forecast/explain-forecast.ts';
import { findGateVerdict } from '../../db/forecast/gate-verdicts.ts';
import { versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { readAliasHistory, resolveModelReference } from '../../db/forecast/model-history.ts';
import { findUnusableModel, readModelLineage } from '../../db/forecast/model-lineage.ts';
import { findKnownVersion } from '../../db/forecast/model-signatures.ts';
import { findModelCard } from '../../db/forecast/read-models.ts';
import type { Pool } from '../../db/pool.ts';
import { compareMetrics } from '../../models/registry/compare-metrics.ts';
import { parseModelReference } from '../../models/registry/model-reference.ts';
import { workflowIds } from '../../workflows/names.ts';
import { modelParams } from '../contract/forecasts.ts';
import { modelVersionSchema } from '../contract/models.ts';
import {
  aliasParams,
  compareQuerySchema,
  explainParams,
  explanationSchema,
  historyQuerySchema,
  modelComparisonSchema,
  modelHistorySchema,
  modelLineageSchema,
  ofModelParams,
} from '../contract/registry.ts';
import { notFound } from '../http/problem.ts';
import { getOf, noQuerySchema, type Route } from './route.ts';

/** Which version served when, where versions come from, how they compare, and why they say what they say. */
export const REGISTRY_ROUTES: readonly Route[] = [
  getOf(
    '/v1/models/:model/history',
    'Which version had an alias when, the newest first; with `at` the one of then',
    { params: ofModelParams, query: historyQuerySchema, response: modelHistorySchema },
    async ({ pool }, { params: { model }, query: { alias, at, limit } }) => ({
      items: await readAliasHistory(pool, model, alias, { at: at ?? null, limit }),
    }),
  ),
  getOf(
    '/v1/models/:model/aliases/:alias',
    'The version an alias stands at',
    { params: aliasParams, query: noQuerySchema, response: modelVersionSchema },
    async ({ pool }, { params: { model, alias } }) => {
      const version = await versionOfAlias(pool, model, alias);
      if (version === null) throw notFound(`No version of ${model} is ${alias}.`);
      return versionNamed(pool, model, version);
    },
  ),
  getOf(
    '/v1/models/:model/compare',
    'Two versions beside each other, metric by metric',
    { params: ofModelParams, query: compareQuerySchema, response: modelComparisonSchema },
    async ({ pool }, { params: { model }, query }) => {
      const [one, other] = [await meant(pool, model, query.one), await meant(pool, model, query.other)];
      const verdict =
        (await findGateVerdict(pool, model, other.version, one.version)) ??
        (await findGateVerdict(pool, model, one.version, other.version));
      const [ours, theirs] = [
        await versionNamed(pool, model, one.version),
        await versionNamed(pool, model, other.version),
      ];
      return {
        ...{ one: ours, other: theirs, isSameTest: one.snapshotSha256 === other.snapshotSha256 },
        metrics: compareMetrics(ours.metrics, theirs.metrics),
        verdict: verdict?.verdict ?? null,
      };
    },
  ),
  getOf(
    '/v1/models/:model/:version/lineage',
    'From the files to the forecasts: what a version came from, who vouches for it, what came of it',
    { params: modelParams, query: noQuerySchema, response: modelLineageSchema },
    async ({ pool }, { params: { model, version } }) => {
      const lineage = await readModelLineage(pool, model, version);
      if (lineage === null) throw notFound('There is no such version.');
      const { signatures } = (await findKnownVersion(pool, model, version))!;
      return {
        ...lineage,
        signatures: signatures.map(({ keyId, signedAt }) => ({ keyId, signedAt })),
        unusable: await findUnusableModel(pool, model),
      };
    },
  ),
  getOf(
    '/v1/models/:model/explain/:jobId',
    'Why the last forecast says of a job what it says',
    { params: explainParams, query: noQuerySchema, response: explanationSchema },
    async ({ pool }, { params: { model, jobId } }) => {
      const forecast = await readExplanation(pool, jobId);
      return { forecast: forecast?.model === model ? forecast : null };
    },
  ),
];

async function versionNamed(pool: Pool, model: string, version: number) {
  const card = await findModelCard(pool, model, version);
  if (card === null) throw notFound('There is no such version.');
  return { ...card, promotionWorkflowId: workflowIds.promoteModel(model, version) };
}

async function meant(pool: Pool, model: string, text: string) {
  const reference = parseModelReference(text, model);
  const isOfModel = reference !== null && reference.model === model;
  const version = isOfModel ? await resolveModelReference(pool, reference) : null;
  const known = version === null ? null : await findKnownVersion(pool, model, version);
  if (known === null) throw notFound('There is no such version.');
  return known;
}
