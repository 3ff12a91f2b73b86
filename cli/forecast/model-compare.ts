import { loadConfig } from '../../config.ts';
import { findGateVerdict } from '../../db/forecast/gate-verdicts.ts';
import { findModelCard, type ModelVersionRow } from '../../db/forecast/read-models.ts';
import { type ComparedMetric, compareMetrics } from '../../models/registry/compare-metrics.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { textTable } from '../text-table.ts';
import { expectedVersion, NOTHING_SERVES } from './model-reference.ts';

const TEXTS = {
  en: {
    titles: ['', 'difference'],
    better: 'better',
    worse: 'worse',
    data: 'data up to',
    kind: 'kind',
    sameTest: 'Both were tested on the same windows.',
    otherTest:
      'They were tested on different windows: only the gate, which replays both on the same, compares them.',
    gate: (verdict: string) => `The gate said of the one against the other: ${verdict}.`,
  },
  fr: {
    titles: ['', 'écart'],
    better: 'mieux',
    worse: 'moins bien',
    data: "données jusqu'au",
    kind: 'type',
    sameTest: 'Les deux ont été testées sur les mêmes fenêtres.',
    otherTest:
      'Testées sur des fenêtres différentes : seule la barrière, qui les rejoue sur les mêmes, les compare.',
    gate: (verdict: string) => `La barrière a dit de l'une contre l'autre : ${verdict}.`,
  },
};

/** `smart-etl model compare A B`: both versions beside each other, metric by metric. */
export async function compareModels(
  one: string,
  other: string,
  { json = false }: { json?: boolean },
): Promise<ExitCode> {
  const config = loadConfig();
  const compared = await withDatabase(config, async (pool) => {
    const known = [await expectedVersion(pool, one), await expectedVersion(pool, other)];
    const [a, b] = await Promise.all(
      known.map(async (version) => version && findModelCard(pool, version.model, version.version)),
    );
    if (!a || !b) return null;
    const verdict =
      a.model !== b.model
        ? null
        : ((await findGateVerdict(pool, a.model, b.version, a.version)) ??
          (await findGateVerdict(pool, a.model, a.version, b.version)));
    const isSameTest = known[0]!.snapshotSha256 === known[1]!.snapshotSha256;
    return { one: a, other: b, isSameTest, metrics: compareMetrics(a.metrics, b.metrics), verdict };
  });
  if (compared === null) {
    console.error(NOTHING_SERVES);
    return EXIT.negative;
  }
  if (json) console.log(JSON.stringify(compared));
  else console.log(tableOf(compared, TEXTS[config.language]));
  return EXIT.ok;
}

function tableOf(
  compared: {
    one: ModelVersionRow;
    other: ModelVersionRow;
    isSameTest: boolean;
    metrics: ComparedMetric[];
    verdict: { verdict: string } | null;
  },
  texts: (typeof TEXTS)['en'],
): string {
  const { one, other, metrics, isSameTest, verdict } = compared;
  const figure = (value: number | null) => (value === null ? '—' : value.toFixed(4));
  const signed = (value: number | null) =>
    value === null ? '—' : `${value > 0 ? '+' : ''}${value.toFixed(4)}`;
  const named = ({ model, version, aliases }: ModelVersionRow) =>
    `${model}/${version}${aliases.length === 0 ? '' : ` (${aliases.join(', ')})`}`;
  const rows = [
    [texts.kind, one.kind, other.kind, ''],
    [texts.data, one.cutoff.toISOString().slice(0, 10), other.cutoff.toISOString().slice(0, 10), ''],
    ...metrics.map(({ head, metric, one: a, other: b, difference, better }) => [
      `${head} ${metric}`,
      figure(a),
      figure(b),
      better === null
        ? signed(difference)
        : `${signed(difference)} ${better === 'other' ? texts.better : texts.worse}`,
    ]),
  ];
  return [
    textTable([texts.titles[0]!, named(one), named(other), texts.titles[1]!], rows),
    isSameTest ? texts.sameTest : texts.otherTest,
    ...(verdict === null ? [] : [texts.gate(verdict.verdict)]),
  ].join('\n');
}
