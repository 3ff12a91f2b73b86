import { loadConfig } from '../../config.ts';
import { type AliasTerm, readAliasHistory } from '../../db/forecast/model-history.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { instantOf } from '../options/instant-option.ts';
import { UsageError } from '../options/usage-error.ts';
import { wordLines } from '../word-lines.ts';

const ALIASES = ['champion', 'challenger', 'shadow'] as const;
const WIDTH = 79;
const TEXTS = {
  en: {
    none: (alias: string, at: string) => `no version was ${alias} at ${at}`,
    never: (alias: string) => `no version was ever ${alias}`,
    now: 'now',
    version: 'version',
    who: (who: string, why: string) => `${who}: ${why}`,
  },
  fr: {
    none: (alias: string, at: string) => `aucune version n'était ${alias} le ${at}`,
    never: (alias: string) => `aucune version n'a jamais été ${alias}`,
    now: 'ce jour',
    version: 'version',
    who: (who: string, why: string) => `${who} : ${why}`,
  },
};

/**
 * `smart-etl model history [--at T] [--alias A]`: which version was the champion when, the newest term first; with an
 * instant, the one of then.
 *
 * @returns 0; 1 when no version had the alias (then)
 */
export async function showModelHistory({
  at,
  alias: asked = 'champion',
  limit = 50,
  json = false,
}: {
  at?: string;
  alias?: string;
  limit?: number;
  json?: boolean;
}): Promise<ExitCode> {
  const alias = ALIASES.find((one) => one === asked);
  if (alias === undefined) throw new UsageError(`--alias must be ${ALIASES.join(', ')}, got "${asked}"`);
  const instant = at === undefined ? null : new Date(instantOf('--at', at));
  const config = loadConfig();
  const items = await withDatabase(config, (pool) =>
    readAliasHistory(pool, FAILURE_MODEL, alias, { at: instant, limit }),
  );
  const texts = TEXTS[config.language];
  if (json) {
    console.log(JSON.stringify({ model: FAILURE_MODEL, alias, at: instant?.toISOString() ?? null, items }));
  } else if (items.length === 0) {
    console.log(instant === null ? texts.never(alias) : texts.none(alias, instant.toISOString()));
  } else console.log(items.flatMap((term) => linesOf(term, texts)).join('\n'));
  return items.length === 0 ? EXIT.negative : EXIT.ok;
}

function linesOf({ version, from, until, who, why }: AliasTerm, texts: (typeof TEXTS)['en']): string[] {
  const term = `${from.toISOString()} – ${until?.toISOString() ?? texts.now}`;
  return [
    `${texts.version} ${String(version).padStart(4)}  ${term}`,
    ...wordLines(texts.who(who, why), WIDTH - 14).map((line) => `              ${line}`),
  ];
}
