import { loadConfig } from '../config.ts';
import { versionOfAlias } from '../db/model-aliases.ts';
import { findModelCard, type ModelVersionRow, readModelVersions } from '../db/read-models.ts';
import { FAILURE_MODEL } from '../workflows/names.ts';
import { withDatabase } from './connections.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { durationText } from './part-table.ts';
import { UsageError } from './usage-error.ts';

const WIDTH = 78;

/** `smart-etl model list`: registered versions, newest first. */
export async function listModels({
  limit = 20,
  json = false,
}: {
  limit?: number;
  json?: boolean;
}): Promise<ExitCode> {
  const versions = await withDatabase(loadConfig(), (pool) => readModelVersions(pool, limit));
  if (json) console.log(JSON.stringify({ items: versions }));
  else console.log(listLines(versions).join('\n'));
  return EXIT.ok;
}

function listLines(versions: ModelVersionRow[]): string[] {
  if (versions.length === 0) return ['no version is registered yet: `smart-etl model train` makes one'];
  const lines = versions.flatMap((version) => {
    const { kind, aliases, gate, cutoff, origin } = version;
    const row = [
      String(version.version).padStart(4),
      kind.padEnd(16),
      cutoff.toISOString().slice(0, 10),
      metricOf(version, 'week', 'average_precision').padStart(5),
      (gate?.verdict ?? '').padEnd(9),
      aliases.join(', '),
    ].join('  ');
    return origin === null ? [row] : [row, `      imported: "${origin.name}" by ${origin.who}`];
  });
  const heading = '   #  kind              data up to     AP  gate';
  return [heading, ...lines].map((line) => line.trimEnd().slice(0, WIDTH));
}

/**
 * `smart-etl model card [VERSION]`: all that is known of a version, of the champion when none is named.
 *
 * @returns 0; 1 when no version serves yet
 */
export async function showModelCard(
  asked: number | undefined,
  { json = false }: { json?: boolean },
): Promise<ExitCode> {
  const config = loadConfig();
  const card = await withDatabase(config, async (pool) => {
    const version = asked ?? (await versionOfAlias(pool, FAILURE_MODEL, 'champion'));
    if (version === null) return null;
    const found = await findModelCard(pool, FAILURE_MODEL, version);
    if (found === null) throw new UsageError(`${FAILURE_MODEL} has no version ${version}`);
    return found;
  });
  if (card === null) {
    console.error(`no version of ${FAILURE_MODEL} serves yet: \`smart-etl model train\` makes one`);
    return EXIT.negative;
  }
  if (json) console.log(JSON.stringify(card));
  else console.log(cardLines(card, config.language).join('\n'));
  return EXIT.ok;
}

function cardLines(card: ModelVersionRow, language: 'en' | 'fr'): string[] {
  const { origin, gate } = card;
  const names = card.aliases.length === 0 ? '' : `: ${card.aliases.join(', ')}`;
  const quality = (['week', 'day'] as const).map((head) => {
    const told = [
      ['average_precision', 'AP'],
      ['roc_auc', 'AUC'],
      ['brier_score', 'Brier'],
      ['onset_average_precision', 'onset AP'],
    ].map(([metric, short]) => `${short} ${metricOf(card, head, metric!)}`);
    return `${head.padEnd(11)} ${told.join('  ')}`;
  });
  const from =
    origin === null
      ? ['origin      trained here']
      : [
          `origin      trained elsewhere: "${origin.name}", brought by ${origin.who}`,
          `            with nothing known after ${origin.trainedAt ?? 'what the files tell'}`,
          `week file   ${origin.week}`,
          `day file    ${origin.day}`,
        ];
  const verdict =
    gate === null
      ? ['gate        has not judged it']
      : [
          `gate        ${gate.verdict} against ${gate.championVersion === 0 ? 'no champion' : `version ${gate.championVersion}`}, ${gate.decidedAt}`,
          ...gate.checks.flatMap(({ passed, explanation }) => {
            const mark = passed === true ? '✓' : passed === false ? '✗' : '?';
            return wordLines(explanation[language], WIDTH - 14).map(
              (line, i) => `            ${i === 0 ? mark : ' '} ${line}`,
            );
          }),
        ];
  return [
    `${card.model}/${card.version} (${card.kind})${names}`,
    ...from,
    `data        up to ${card.cutoff.toISOString()}`,
    `registered  ${card.createdAt.toISOString()} by version ${card.codeVersion} in ${durationText(card.fitMs)}`,
    `artifact    ${card.artifactSha256}`,
    ...quality,
    ...verdict,
  ];
}

function metricOf({ metrics }: ModelVersionRow, head: 'week' | 'day', metric: string): string {
  const value = metrics.find((one) => one.head === head && one.metric === metric)?.value;
  return value === null || value === undefined ? '—' : value.toFixed(3);
}

/** Lines of at most `width` characters, broken between words. */
function wordLines(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
