import type { ModelVersion } from '../../api/contract/models.ts';
import { element, icon } from '../element.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { timeElement } from '../view.ts';
import { type Language, wordsIn } from '../words.ts';
import { METRIC_WORDS, ONSET, RIVAL_WORDS, RULE_WORDS, WORDS } from './models-words.ts';

/** A rule of the gate, as it is stored; the API hands it on as it is. */
interface Check {
  name?: unknown;
  passed?: unknown;
  value?: unknown;
  threshold?: unknown;
  explanation?: { en?: unknown; fr?: unknown };
}

const sideOf = (language: Language): 0 | 1 => (language === 'en' ? 0 : 1);

/** Where a version comes from and what it was made of. */
export function originElement({ view }: Frame, version: ModelVersion): HTMLElement {
  const { format, language } = view;
  const words = wordsIn(WORDS, language);
  const fact = (label: string, ...value: (Node | string)[]) =>
    element('div', {}, element('dt', {}, label), element('dd', {}, ...value));
  const { origin } = version;
  return element(
    'dl',
    { class: 'facts' },
    fact(words.learner, version.kind),
    fact(words.origin, origin === null ? words.trainedHere : words.trainedElsewhere(origin.name, origin.who)),
    fact(words.dataUntil, timeElement(view, version.cutoff)),
    fact(words.registered, timeElement(view, version.createdAt)),
    fact(words.fitted, format.duration(version.fitMs)),
    fact(words.memory, format.bytes(version.peakMemoryBytes)),
    fact(words.code, version.codeVersion),
    fact(
      words.artifact,
      element('code', { title: version.artifactSha256 }, `${version.artifactSha256.slice(0, 12)}…`),
    ),
  );
}

/** Each rule with its limit, what was found, and whether it was passed, then in a sentence. */
export function gateElement({ view }: Frame, { gate }: ModelVersion): HTMLElement {
  const { language } = view;
  const words = wordsIn(WORDS, language);
  if (gate === null) return element('p', { class: 'muted' }, words.gateNone);
  const checks = Array.isArray(gate.checks) ? (gate.checks as Check[]) : [];
  return element(
    'div',
    {},
    element(
      'p',
      { class: `verdict-line ${gate.verdict}` },
      icon(gate.verdict === 'promote' ? 'succeeded' : gate.verdict === 'keep' ? 'cancelled' : 'unknown'),
      words.gateAgainst(view.words[gate.verdict], gate.championVersion),
    ),
    checks.length > 0 &&
      tableElement({
        label: words.gateTitle,
        columns: [words.rule, words.passed, words.found, words.limit, words.inWords],
        numbers: [2, 3],
        rows: checks.map((check) => [
          ruleText(String(check.name ?? ''), language),
          passedElement(check.passed, words),
          numberText(check.value, view.format.decimal, words.none),
          numberText(check.threshold, view.format.decimal, words.none),
          element('span', { class: 'reason muted' }, String(check.explanation?.[language] ?? '')),
        ]),
      }),
  );
}

function passedElement(passed: unknown, words: ReturnType<typeof wordsIn<typeof WORDS>>): HTMLElement {
  if (passed === true) return element('span', { class: 'status succeeded' }, icon('succeeded'), words.yes);
  if (passed === false) return element('span', { class: 'status failed' }, icon('failed'), words.no);
  return element('span', { class: 'status cancelled' }, icon('unknown'), words.undecided);
}

const numberText = (value: unknown, format: (n: number) => string, none: string): string =>
  typeof value !== 'number' ? none : Number.isInteger(value) ? String(value) : format(value);

/** `ranks-better-than-champion`: `Ranks jobs better than the champion`; an unknown rule keeps its name. */
export function ruleText(name: string, language: Language): string {
  const side = sideOf(language);
  const rule = RULE_WORDS.find(([begins]) => name.startsWith(begins));
  if (rule === undefined) return name;
  const rival = name.slice(rule[0].length);
  return rule[side + 1] + (RIVAL_WORDS[rival]?.[side] ?? rival);
}

/** Every measure of the test, by week and by day. */
export function qualityElement({ view }: Frame, { metrics }: ModelVersion): HTMLElement {
  const { language } = view;
  const words = wordsIn(WORDS, language);
  const valueText = (name: string, head: 'week' | 'day') => {
    const found = metrics.find((one) => one.metric === name && one.head === head);
    if (found === undefined) return words.none;
    if (found.value === null) return view.words.notEnoughData;
    return Number.isInteger(found.value) ? view.format.count(found.value) : view.format.decimal(found.value);
  };
  // What holds for all windows first, in the order of the words; then the same of first failures.
  const order = Object.keys(METRIC_WORDS);
  const placeOf = (name: string) =>
    name.startsWith('onset_')
      ? order.length + order.indexOf(name.slice('onset_'.length))
      : order.indexOf(name);
  const names = [...new Set(metrics.map(({ metric }) => metric))].sort(
    (one, other) => placeOf(one) - placeOf(other),
  );
  return tableElement({
    label: words.qualityTitle,
    columns: [words.measure, words.byWeek, words.byDay],
    numbers: [1, 2],
    rows: names.map((name) => [metricText(name, language), valueText(name, 'week'), valueText(name, 'day')]),
  });
}

/** A measure in words; one the page does not know keeps its name. */
export function metricText(name: string, language: Language): string {
  const side = sideOf(language);
  const isOnset = name.startsWith('onset_');
  const text = METRIC_WORDS[isOnset ? name.slice('onset_'.length) : name]?.[side];
  if (text === undefined) return name;
  return isOnset ? ONSET[side] + text : text;
}
