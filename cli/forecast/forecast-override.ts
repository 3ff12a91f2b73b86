/** `smart-etl forecast override`: what a person says of a job in the forecast, with a reason and an end of its own. */

import { loadConfig } from '../../config.ts';
import { estateMoment } from '../../db/estate-clock.ts';
import {
  type ForecastOverride,
  listForecastOverrides as listed,
  saveForecastOverride,
} from '../../db/forecast/forecast-overrides.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { overrideRefusal } from '../../models/promotion/override-refusal.ts';
import { oneLine } from '../byte-text.ts';
import { withDatabase } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { expectedJob } from '../detect/expected-job.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { instantOf } from '../options/instant-option.ts';
import { UsageError } from '../options/usage-error.ts';

interface Asked {
  probability?: number;
  ignore?: boolean;
  withdraw?: boolean;
  until?: string;
  who?: string;
  why: string;
  json?: boolean;
}

/** Keeps it, or takes it back; the same said twice is said once. */
export async function overrideForecast(asked: string, options: Asked): Promise<ExitCode> {
  const { who, why } = decisionOf(options, '');
  const override = overrideOf(options);
  const config = loadConfig();
  const outcome = await withDatabase(config, (pool) =>
    withTransaction(pool, async (client) => {
      const job = await expectedJob(client, asked);
      const asOf = await estateMoment(client, config.time, Date.now());
      const refused =
        override && overrideRefusal({ ...override, until: override.until.toISOString() }, asOf.getTime());
      if (refused) throw new UsageError(refused);
      const changed = await saveForecastOverride(client, job, { override, who, why, asOf, workflowId: null });
      if (changed) await announceChange(client, 'forecast');
      return { namespace: job.namespace, job: job.job, changed, override };
    }),
  );
  if (options.json) console.log(JSON.stringify(outcome));
  else if (!outcome.changed) console.log(`${oneLine(outcome.job)}: nothing changed`);
  else if (override === null) console.log(`${oneLine(outcome.job)}: the forecast stands alone`);
  else console.log(`${oneLine(outcome.job)}: ${saidText(override)}, beside what the model says`);
  return EXIT.ok;
}

/** `forecast overrides`: what people say now. */
export async function listForecastOverrides({ json }: { json?: boolean }): Promise<ExitCode> {
  const config = loadConfig();
  const items = await withDatabase(config, async (pool) =>
    listed(pool, await estateMoment(pool, config.time, Date.now())),
  );
  if (json) console.log(JSON.stringify({ items }));
  else if (items.length === 0) console.log('nobody says anything beside the forecast');
  for (const item of json ? [] : items) {
    console.log(`${oneLine(`${item.namespace}/${item.job}`)}: ${saidText(item)}`);
    console.log(`  ${oneLine(item.who)}: ${oneLine(item.why)}`);
  }
  return EXIT.ok;
}

function overrideOf(options: Asked): Pick<ForecastOverride, 'probability' | 'until'> | null {
  const { probability, ignore = false, withdraw = false, until } = options;
  if ([probability !== undefined, ignore, withdraw].filter(Boolean).length !== 1) {
    throw new UsageError('one of --probability P, --ignore and --withdraw');
  }
  if (withdraw) return null;
  if (until === undefined)
    throw new UsageError('--until says when it ends by itself, such as 2026-03-08T00:00:00Z');
  return { probability: probability ?? null, until: new Date(instantOf('--until', until)) };
}

const saidText = ({ probability, until }: Pick<ForecastOverride, 'probability' | 'until'>): string =>
  `${probability === null ? 'to be ignored' : `${Math.round(probability * 100)} %`} until ${until.toISOString()}`;
