/** `smart-etl override`: thresholds that a person sets for a job, each with a reason and a line in the audit log. */

import { loadConfig } from '../../config.ts';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { readOverrides, saveOverrides } from '../../db/detect/job-overrides.ts';
import { withTransaction } from '../../db/pool.ts';
import { type JobOverrides, parseOverrides } from '../../models/detect/job-overrides.ts';
import { oneLine } from '../byte-text.ts';
import { withDatabase } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../options/usage-error.ts';
import { expectedJob } from './expected-job.ts';

interface Limits {
  slowLimit?: number;
  slowFactor?: number;
  fastLimit?: number;
  fastFactor?: number;
  leastRows?: number;
  leastShare?: number;
  ignore?: string[];
  withdraw?: boolean;
  who?: string;
  why: string;
  json?: boolean;
}

/** `override set JOB`: judges the job by these limits; what is not said is learned. `--withdraw`: all is. */
export async function setOverrides(asked: string, options: Limits): Promise<ExitCode> {
  const { who, why } = decisionOf(options, '');
  const rules = rulesOf(options);
  if ((Object.keys(rules).length === 0) !== (options.withdraw ?? false)) {
    throw new UsageError('either limits, such as --slow-limit 45m, or --withdraw');
  }
  const overrides = options.withdraw ? null : parseOverrides({ ...rules, who, why });
  const outcome = await withDatabase(loadConfig(), (pool) =>
    withTransaction(pool, async (client) => {
      const { jobId, namespace, job } = await expectedJob(client, asked);
      const before = (await readOverrides(client, [jobId])).get(jobId) ?? null;
      await saveOverrides(client, jobId, overrides);
      await saveAuditEntry(client, {
        who,
        action: overrides === null ? 'override.withdraw' : 'override.set',
        subject: `${namespace}/${job}`,
        why,
        before,
        after: overrides,
        workflowId: null,
      });
      return { namespace, job, before, overrides };
    }),
  );
  if (options.json) console.log(JSON.stringify(outcome));
  else if (overrides === null) console.log(`${oneLine(outcome.job)} is judged as learned`);
  else console.log(`${oneLine(outcome.job)} is judged by ${limitsText(overrides)}`);
  return EXIT.ok;
}

/** `override list`: which jobs are judged by limits that a person set, who did, and why. */
export async function listOverrides({ json }: { json?: boolean }): Promise<ExitCode> {
  const items = await withDatabase(loadConfig(), async (pool) => {
    const overrides = await readOverrides(pool);
    const { rows } = await pool.query<{ id: number; namespace: string; name: string }>(
      'select id, namespace, name from job where id = any($1) order by namespace, name',
      [[...overrides.keys()]],
    );
    return rows.map(({ id, namespace, name }) => ({ namespace, job: name, ...overrides.get(id)! }));
  });
  if (json) console.log(JSON.stringify({ items }));
  else if (items.length === 0) console.log('every job is judged as learned');
  for (const item of json ? [] : items) {
    console.log(`${oneLine(`${item.namespace}/${item.job}`)}: ${limitsText(item)}`);
    console.log(`  ${oneLine(item.who)}: ${oneLine(item.why)}`);
  }
  return EXIT.ok;
}

function rulesOf(options: Limits): Record<string, unknown> {
  const { slowLimit, slowFactor, fastLimit, fastFactor, leastRows, leastShare, ignore } = options;
  const given = (entries: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
  const rules = {
    slow: given({ limitMs: slowLimit, factor: slowFactor }),
    fast: given({ limitMs: fastLimit, factor: fastFactor }),
    incomplete: given({ leastRows, leastShare }),
  };
  return {
    ...Object.fromEntries(Object.entries(rules).filter(([, limits]) => Object.keys(limits).length > 0)),
    ...(ignore && { ignore }),
  };
}

function limitsText({ slow, fast, incomplete, ignore }: JobOverrides): string {
  const seconds = (ms: number) => `${ms / 1000} s`;
  const parts: string[] = [];
  if (slow) {
    parts.push(`slow beyond ${'limitMs' in slow ? seconds(slow.limitMs) : `${slow.factor} x its usual`}`);
  }
  if (fast) {
    parts.push(`fast below ${'limitMs' in fast ? seconds(fast.limitMs) : `${fast.factor} x its usual`}`);
  }
  if (incomplete) {
    const least =
      'leastRows' in incomplete
        ? `${incomplete.leastRows} rows`
        : `${incomplete.leastShare * 100} % of its rows`;
    parts.push(`incomplete below ${least}`);
  }
  if (ignore) parts.push(`never told: ${ignore.join(', ')}`);
  return parts.join('; ');
}
