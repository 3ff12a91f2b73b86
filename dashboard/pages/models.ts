import type { Drift } from '../../api/contract/forecasts.ts';
import type { ForecastScores, ModelCalibration, ModelChanges } from '../../api/contract/model-record.ts';
import type { Models, ModelVersion } from '../../api/contract/models.ts';
import { element, outLink } from '../element.ts';
import { mayAs } from '../me.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import type { Reader } from '../reader.ts';
import { redraw } from '../redraw.ts';
import { sectionElement } from '../section.ts';
import { tableElement } from '../table.ts';
import { workflowOfId } from '../temporal-links.ts';
import { emptyElement, timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { calibrationElement } from './calibration-plot.ts';
import { driftElement } from './drift-section.ts';
import { DRIFT_WORDS } from './drift-words.ts';
import { gateElement, originElement, qualityElement } from './model-card.ts';
import { MODEL, promoteButton, rolesElement } from './model-roles.ts';
import { trialsElement } from './model-trials.ts';
import { WORDS } from './models-words.ts';
import { scorePlotElement } from './score-plot.ts';

const VERSIONS = 50;

/** Which version serves and why, how well it does, and who may change that. */
export const page: Page = {
  title: ({ words }) => words.modelTitle,
  styles: ['/pages/incident.css', '/pages/models.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const words = wordsIn(WORDS, frame.view.language);
  const top = sectionElement({
    id: 'model',
    title: words.title,
    subtitle: words.subtitle,
    workflows: 'retrain',
    level: 1,
  });
  const versions = sectionElement({ id: 'versions', title: words.versionsTitle });
  const card = sectionElement({ id: 'card', title: words.card });
  const served = element('div', { class: 'plots' });
  const trials = sectionElement({
    id: 'trials',
    title: words.trialsTitle,
    subtitle: words.trialsSubtitle,
    workflows: 'trialModel',
  });
  const drift = sectionElement({
    id: 'drift',
    title: wordsIn(DRIFT_WORDS, frame.view.language).title,
    workflows: 'monitorModel',
  });
  const history = sectionElement({ id: 'history', title: words.historyTitle, workflows: 'promoteModel' });
  place.append(
    ...[top.section, versions.section, card.section, drift.section, served],
    ...[trials.section, history.section],
  );
  for (const part of [versions, card, drift, trials, history]) part.section.hidden = true;

  let models: Models | null = null;
  let changes: ModelChanges | null = null;
  let scores: ForecastScores | null = null;
  let watched: Drift | null = null;
  /** The version whose card is shown, and how well it said what happened in its test. */
  let version = 0;
  let calibration: ModelCalibration | null = null;
  let calibrationReader: Reader | null = null;
  const refresh = () => {
    for (const reader of readers) reader.refresh();
  };
  const draw = () => {
    const isEarly = frame.view.overview === null;
    if (models) drawModels(models.items, isEarly);
    if (changes) {
      history.section.hidden = false;
      redraw(history.body, [changes, isEarly], () => [historyElement(frame, changes!)]);
      trials.section.hidden = changes.trials.length === 0;
      redraw(trials.body, [changes.trials, isEarly], () => [trialsElement(frame, changes!)]);
    }
    if (watched) {
      drift.section.hidden = models === null || models.items.length === 0;
      redraw(drift.body, watched, () => [driftElement(frame, watched!)]);
    }
    if (scores) redraw(served, scores, () => plots(frame, scores!));
  };

  function drawModels(items: readonly ModelVersion[], isEarly: boolean): void {
    const { words: shared } = frame.view;
    versions.section.hidden = items.length === 0;
    card.section.hidden = items.length === 0;
    if (items.length === 0) {
      redraw(top.body, 'none', () => [emptyElement(shared.modelNone, shared.modelNoneHow)]);
      return;
    }
    const rollbackTo = changes?.rollbackTo ?? null;
    redraw(top.body, [items, rollbackTo, isEarly], () => [rolesElement(frame, items, rollbackTo, refresh)]);
    const asked = Number(frame.query.get('v'));
    const shown =
      items.find(({ version }) => version === asked) ??
      items.find(({ aliases }) => aliases.includes('champion')) ??
      items[0]!;
    redraw(versions.body, [items, shown.version], () => [versionsElement(frame, items, shown, refresh)]);
    card.section.querySelector('h2')!.textContent = words.cardOf(shown.version);
    if (shown.version !== version) {
      version = shown.version;
      calibration = null;
      if (calibrationReader) calibrationReader.refresh();
      else calibrationReader = readCalibration();
    }
    redraw(card.body, [shown, calibration, isEarly], () => [cardElement(frame, shown, calibration)]);
  }

  function readCalibration(): Reader {
    let asked = 0;
    return frame.read<ModelCalibration>({
      address() {
        asked = version;
        return `/v1/models/${MODEL}/${asked}/calibration`;
      },
      topics: [],
      onAnswer(answer) {
        // It may be of the version that was shown before.
        if (asked !== version) return;
        calibration = answer;
        draw();
      },
    });
  }

  const readers = [
    frame.read<Models>({
      address: () => `/v1/models?limit=${VERSIONS}`,
      topics: ['models'],
      place: top.body,
      onAnswer(answer) {
        models = answer;
        draw();
      },
    }),
    frame.read<ModelChanges>({
      address: () => `/v1/models/${MODEL}/changes`,
      topics: ['models'],
      onAnswer(answer) {
        changes = answer;
        draw();
      },
    }),
    frame.read<ForecastScores>({
      address: () => '/v1/forecast-scores',
      topics: ['forecast', 'models'],
      onAnswer(answer) {
        scores = answer;
        draw();
      },
    }),
    frame.read<Drift>({
      address: () => '/v1/drift',
      topics: ['forecast', 'models'],
      onAnswer(answer) {
        watched = answer;
        draw();
      },
    }),
  ];
  return { update: draw };
}

function versionsElement(
  frame: Frame,
  items: readonly ModelVersion[],
  shown: ModelVersion,
  onDone: () => void,
): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const roles: Record<string, string> = {
    champion: words.champion,
    challenger: words.challenger,
    shadow: words.shadow,
  };
  const precisionOf = ({ metrics }: ModelVersion) => {
    const found = metrics.find(({ head, metric }) => head === 'week' && metric === 'average_precision');
    return found?.value == null ? view.words.notEnoughData : view.format.decimal(found.value);
  };
  return tableElement({
    label: words.versionsTitle,
    columns: [
      words.version,
      words.learner,
      words.registered,
      words.ap,
      words.gate,
      words.serves,
      words.actions,
    ],
    numbers: [3],
    rows: items.map((version) => [
      element(
        'a',
        {
          href: frame.href('/models', { v: String(version.version) }),
          'aria-current': version === shown ? 'true' : null,
          'data-key': `version ${version.version}`,
        },
        `${words.version} ${version.version}`,
      ),
      version.kind,
      timeElement(view, version.createdAt),
      precisionOf(version),
      element(
        'span',
        { class: `verdict ${version.gate?.verdict ?? ''}` },
        version.gate ? view.words[version.gate.verdict] : view.words.neverJudged,
      ),
      version.aliases.map((alias) => roles[alias] ?? alias).join(', '),
      version.aliases.includes('champion') || !mayAs(view, 'ml-engineer')
        ? ''
        : element('span', { class: 'acts' }, promoteButton(frame, version, onDone)),
    ]),
  });
}

function cardElement(frame: Frame, version: ModelVersion, calibration: ModelCalibration | null): HTMLElement {
  const words = wordsIn(WORDS, frame.view.language);
  return element(
    'div',
    { class: 'story' },
    originElement(frame, version),
    element(
      'div',
      {},
      element('h3', {}, words.gateTitle),
      element('p', { class: 'muted' }, words.gateWhat),
      gateElement(frame, version),
    ),
    element('div', {}, element('h3', {}, words.qualityTitle), qualityElement(frame, version)),
    calibration &&
      element(
        'div',
        {},
        element('h3', {}, words.calibrationInTest),
        element('p', { class: 'muted' }, words.calibrationSubtitle),
        calibrationElement(frame, calibration.week, words.calibrationNotKept),
      ),
  );
}

function plots(frame: Frame, scores: ForecastScores): HTMLElement[] {
  const words = wordsIn(WORDS, frame.view.language);
  const part = (title: string, subtitle: string | null, body: HTMLElement) =>
    element(
      'section',
      {},
      element('h2', {}, title),
      subtitle !== null && element('p', { class: 'muted' }, subtitle),
      body,
    );
  return [
    part(
      words.calibrationTitle,
      words.calibrationSubtitle,
      calibrationElement(frame, scores.calibration, words.calibrationNoneHow),
    ),
    part(words.scoreTitle, words.scoreSubtitle, scorePlotElement(frame, scores.items)),
  ];
}

function historyElement({ view }: Frame, { items }: ModelChanges): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  if (items.length === 0) return element('p', { class: 'muted' }, words.historyNone);
  const roles = { champion: words.champion, challenger: words.challenger, shadow: words.shadow };
  return element(
    'ol',
    { class: 'acts-done' },
    ...items.map(({ at, alias, fromVersion, toVersion, who, why, workflowId, note }) =>
      element(
        'li',
        {},
        timeElement(view, at),
        element(
          'span',
          {},
          element(
            'b',
            {},
            words.moved(roles[alias], String(fromVersion ?? words.nobody), String(toVersion ?? words.nobody)),
          ),
          ` — ${who}: “${why}” `,
          note && noteElement(words.releaseNote, note[view.language]),
        ),
        workflowId !== null &&
          view.overview !== null &&
          outLink(workflowOfId(view.overview.temporal, workflowId), words.workflow, view.words.opensTemporal),
      ),
    ),
  );
}

/** The lines as they were told; closed at first, the list is for looking over. */
const noteElement = (title: string, note: string): HTMLElement =>
  element(
    'details',
    { class: 'note' },
    element('summary', {}, title),
    ...note.split('\n\n').map((paragraph) => {
      const lines = paragraph.split('\n');
      const items = lines.filter((line) => line.startsWith('- '));
      const said = lines.filter((line) => !line.startsWith('- ')).join(' ');
      if (items.length === 0) return element('p', {}, said);
      const list = element('ul', {}, ...items.map((line) => element('li', {}, line.slice(2))));
      return element('div', {}, element('p', {}, said), list);
    }),
  );
