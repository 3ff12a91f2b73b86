import { z } from 'zod';
import { parseOverrides, type ServiceSettings } from '../../models/detect/replay/index.ts';
import { UsageError } from '../options/usage-error.ts';
import { readJson } from '../read-json.ts';

/** What people decided for jobs, as a replay uses it. */
export type DetectRules = Pick<ServiceSettings, 'overridesOf' | 'declaredOf'>;

export const NO_RULES: DetectRules = {};

const patterns = z.array(z.string().min(1).max(200)).min(1).max(500);
const minutes = z.number().min(0).max(10_080);
const rulesSchema = z.strictObject({
  overrides: z
    .array(z.looseObject({ jobs: patterns }))
    .max(1000)
    .default([]),
  schedules: z
    .array(
      z.strictObject({
        jobs: patterns,
        cron: z.string().min(1).max(200),
        zone: z.string().min(1).max(100),
        startWithinMinutes: minutes.nullable().default(null),
        endWithinMinutes: minutes.nullable().default(null),
      }),
    )
    .max(1000)
    .default([]),
});

const MINUTE_MS = 60_000;

/**
 * Reads rules from a JSON file: `{"overrides": [{"jobs": ["load_*"], "slow": {"factor": 3}, "why": …, "who": …}],
 * "schedules": [{"jobs": ["stock"], "cron": "30 2 * * *", "zone": "Europe/Paris", "endWithinMinutes": 60}]}`. The first
 * that matches the name of a job counts.
 *
 * @throws UsageError, InvalidOverrides naming the file, the place and what was found
 */
export async function readDetectRules(file: string): Promise<DetectRules> {
  const parsed = rulesSchema.safeParse(await readJson(file));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new UsageError(`${file}: ${issue.path.join('.') || 'rules'}: ${issue.message}`);
  }
  const overrides = parsed.data.overrides.map(({ jobs, ...rest }) => ({
    matches: matcher(jobs),
    overrides: parseOverrides(rest),
  }));
  const schedules = parsed.data.schedules.map(
    ({ jobs, cron, zone, startWithinMinutes, endWithinMinutes }) => ({
      matches: matcher(jobs),
      declared: {
        cron,
        timeZone: zone,
        startWithinMs: startWithinMinutes === null ? null : startWithinMinutes * MINUTE_MS,
        endWithinMs: endWithinMinutes === null ? null : endWithinMinutes * MINUTE_MS,
      },
    }),
  );
  return {
    overridesOf: ({ job }) => overrides.find(({ matches }) => matches(job))?.overrides ?? null,
    declaredOf: ({ job }) => schedules.find(({ matches }) => matches(job))?.declared ?? null,
  };
}

/** Patterns with `*` and `?`; capitals do not matter. */
function matcher(patterns: readonly string[]): (name: string) => boolean {
  const known = new Map<string, boolean>();
  const expressions = patterns.map((pattern) => {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${escaped}$`, 'i');
  });
  return (name) => {
    let matches = known.get(name);
    if (matches === undefined) {
      matches = expressions.some((expression) => expression.test(name));
      known.set(name, matches);
    }
    return matches;
  };
}
