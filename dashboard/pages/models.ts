import type { Drift } from '../../api/contract/forecasts.ts';
import type { ForecastScores, ModelCalibration, ModelChanges } from '../../api/contract/model-record.ts';
import type { Models, ModelVersion } from '../../api/contract/models.ts';
import type { ModelLineage } from '../../api/contract/registry.ts';
import type { ChangeTopic } from '../../api/contract/system.ts';
import { element } from '../element.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import type { Reader } from '../reader.ts';
import { redraw } from '../redraw.ts';
import { sectionElement } from '../section.ts';
import { emptyElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { calibrationElement } from './calibration-plot.ts';
import { driftElement } from './drift-section.ts';
import { DRIFT_WORDS } from './drift-words.ts';
import { addressOf, MODEL } from './model-acts.ts';
import { gateElement, originElement, qualityElement } from './model-card.ts';
import { historyElement } from './model-history.ts';
import { lineageElement, signatureElement } from './model-lineage.ts';
import { rolesElement } from './model-roles.ts';
import { tagsElement } from './model-tags.ts';
import { trialsElement } from './model-trials.ts';
import { versionsElement } from './model-versions.ts';
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
  /** The version whose card is shown, how well it said what happened in its test, and what it came from. */
  let version = 0;
  let calibration: ModelCalibration | null = null;
  let lineage: ModelLineage | null = null;
  let ofVersion: Reader[] = [];
  const refresh = () => {
    for (const reader of [...readers, ...ofVersion]) reader.refresh();
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
    redraw(top.body, [items, rollbackTo, changes?.approvals, isTrialFree(), isEarly], () => [
      rolesElement(
        frame,
        items,
        { rollbackTo, isTrialFree: isTrialFree(), waits: changes?.approvals ?? [] },
        refresh,
      ),
    ]);
    const asked = Number(frame.query.get('v'));
    const shown =
      items.find(({ version }) => version === asked) ??
      items.find(({ aliases }) => aliases.includes('champion')) ??
      items[0]!;
    redraw(versions.body, [items, shown.version, isTrialFree()], () => [
      versionsElement(frame, items, shown, isTrialFree(), refresh),
    ]);
    card.section.querySelector('h2')!.textContent = words.cardOf(shown.version);
    if (shown.version !== version) {
      version = shown.version;
      [calibration, lineage] = [null, null];
      if (ofVersion.length > 0) for (const reader of ofVersion) reader.refresh();
      else ofVersion = [readCalibration(), readLineage()];
    }
    redraw(card.body, [shown, calibration, lineage, isEarly], () => [
      cardElement(frame, shown, { calibration, lineage }, refresh),
    ]);
  }

  /** One version at a time forecasts beside a champion. */
  function isTrialFree(): boolean {
    const serves = models?.items.some(({ aliases }) => aliases.includes('champion')) ?? false;
    const isOpen = ({ role, outcome }: ModelChanges['trials'][number]) =>
      role === 'challenger' && outcome === null;
    return serves && changes !== null && !changes.trials.some(isOpen);
  }

  const readCalibration = () =>
    readPart<ModelCalibration>('calibration', [], (answer) => {
      calibration = answer;
    });
  const readLineage = () =>
    readPart<ModelLineage>('lineage', ['models', 'forecast'], (answer) => {
      lineage = answer;
    });

  /** Reads what belongs to the version whose card is shown. */
  function readPart<Answer>(
    part: string,
    topics: readonly ChangeTopic[],
    keep: (answer: Answer) => void,
  ): Reader {
    let asked = 0;
    return frame.read<Answer>({
      address() {
        asked = version;
        return `${addressOf(asked)}/${part}`;
      },
      topics,
      onAnswer(answer) {
        // It may be of the version that was shown before.
        if (asked !== version) return;
        keep(answer);
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

function cardElement(
  frame: Frame,
  version: ModelVersion,
  { calibration, lineage }: { calibration: ModelCalibration | null; lineage: ModelLineage | null },
  onDone: () => void,
): HTMLElement {
  const words = wordsIn(WORDS, frame.view.language);
  const part = (title: string, subtitle: string | null, body: HTMLElement) =>
    element(
      'div',
      {},
      element('h3', {}, title),
      subtitle !== null && element('p', { class: 'muted' }, subtitle),
      body,
    );
  return element(
    'div',
    { class: 'story' },
    originElement(frame, version),
    part(words.tagsTitle, null, tagsElement(frame, version, onDone)),
    lineage && part(words.signature, null, signatureElement(frame, version, lineage)),
    lineage && part(words.lineageTitle, words.lineageWhat, lineageElement(frame, version, lineage)),
    part(words.gateTitle, words.gateWhat, gateElement(frame, version)),
    part(words.qualityTitle, null, qualityElement(frame, version)),
    calibration &&
      part(
        words.calibrationInTest,
        words.calibrationSubtitle,
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
