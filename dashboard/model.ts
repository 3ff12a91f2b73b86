import type { Models, ModelVersion } from '../api/contract.ts';
import { element, find, outLink } from './element.ts';
import { workflowOfId } from './temporal-links.ts';
import { emptyElement, timeElement, type View } from './view.ts';

const VERSIONS_SHOWN = 6;

/** The champion with its quality, and the versions before and after it. */
export function drawModel(view: View, { items }: Models): void {
  const { words } = view;
  const body = find('model-body');
  if (items.length === 0) {
    body.replaceChildren(emptyElement(words.modelNone, words.modelNoneHow));
    return;
  }
  const champion = items.find((version) => version.aliases.includes('champion'));
  body.replaceChildren(
    champion ? championCard(view, champion) : emptyElement(words.noChampion, null),
    element('h3', {}, words.versions),
    element(
      'ul',
      { class: 'versions', role: 'list' },
      ...items.slice(0, VERSIONS_SHOWN).map((item) => line(view, item)),
    ),
  );
}

function championCard(view: View, champion: ModelVersion): HTMLElement {
  const { words, format } = view;
  const temporal = view.overview?.temporal;
  return element(
    'div',
    { class: 'champion' },
    element(
      'p',
      {},
      element('span', { class: 'tag strong' }, words.champion),
      element('b', {}, `${words.version} ${champion.version}`),
      element('span', { class: 'muted' }, champion.kind),
    ),
    element(
      'dl',
      { class: 'metrics' },
      ...metric(view, champion, 'average_precision', words.metricAp, words.metricApWhy),
      ...metric(view, champion, 'brier', words.metricBrier, words.metricBrierWhy),
    ),
    element(
      'p',
      { class: 'muted' },
      `${words.trainedOn} `,
      timeElement(view, champion.cutoff),
      ` · ${words.fittedIn} ${format.duration(champion.fitMs)} `,
    ),
    temporal
      ? outLink(workflowOfId(temporal, champion.promotionWorkflowId), words.promotion, words.opensTemporal)
      : element('span'),
  );
}

/** A metric for both heads, found by how its name begins. A value that is not known is said to be so. */
function metric(
  view: View,
  version: ModelVersion,
  begins: string,
  label: string,
  why: string,
): HTMLElement[] {
  const { words, format } = view;
  const found = version.metrics.filter(({ metric: name }) => name.startsWith(begins));
  return found.map(({ head, value }) =>
    element(
      'div',
      { title: why },
      element('dt', {}, `${label}, ${head === 'day' ? words.headDay : words.headWeek}`),
      element('dd', {}, value === null ? words.notEnoughData : format.decimal(value)),
    ),
  );
}

function line(view: View, version: ModelVersion): HTMLElement {
  const { words } = view;
  const verdict = version.gate ? words[version.gate.verdict] : words.neverJudged;
  const tags = version.aliases.map((alias) => element('span', { class: 'tag' }, alias));
  return element(
    'li',
    {},
    element('b', {}, `v${version.version}`),
    element('span', {}, version.kind),
    element('span', { class: 'muted' }, timeElement(view, version.createdAt)),
    element('span', { class: `verdict ${version.gate?.verdict ?? ''}` }, `${words.gate}: ${verdict}`),
    ...tags,
  );
}
