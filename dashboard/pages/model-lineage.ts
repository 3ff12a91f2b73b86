import type { ModelVersion } from '../../api/contract/models.ts';
import type { ModelLineage } from '../../api/contract/registry.ts';
import { element, icon } from '../element.ts';
import type { Frame } from '../page.ts';
import { timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './models-words.ts';

type Part = Node | string | null | false;

/** From the files to the forecasts: what a version came from and what came of it. */
export function lineageElement({ view }: Frame, version: ModelVersion, lineage: ModelLineage): HTMLElement {
  const { format, language } = view;
  const words = wordsIn(WORDS, language);
  const { data, features, code, contestants, championFrom, forecasts } = lineage;
  const time = (instant: string) => timeElement(view, instant);
  const hash = (sha256: string) => element('code', { title: sha256 }, `${sha256.slice(0, 12)}…`);
  const step = (title: string, ...lines: (readonly Part[] | null)[]) =>
    element('li', {}, element('b', {}, title), ...lines.map((line) => line && element('span', {}, ...line)));
  return element(
    'ol',
    { class: 'lineage' },
    step(
      words.stepFiles,
      [words.filesKnown(format.count(data.files))],
      data.lastKnownAt === null ? null : [`${words.lastKnown} `, time(data.lastKnownAt)],
    ),
    step(
      words.stepSnapshot,
      data.runs === null || data.jobs === null
        ? null
        : [words.runsOfJobs(format.count(data.runs), format.count(data.jobs))],
      [`${words.asKnown} `, time(data.cutoff)],
      [hash(data.snapshotSha256)],
    ),
    step(
      words.stepTraining,
      [words.amongContestants(version.kind, contestants.length)],
      features === null ? null : [words.featuresUsed(format.count(features.count))],
      [words.codeAndSeed(code.version, code.seed)],
    ),
    step(
      `${words.version} ${version.version}`,
      [`${words.registeredAt} `, time(version.createdAt)],
      championFrom.length === 0
        ? [words.neverChampion]
        : [`${words.championSince} `, time(championFrom.at(-1)!)],
    ),
    step(
      words.stepForecasts,
      [words.forecastsMade(forecasts.count)],
      forecasts.lastCutoff === null ? null : [`${words.lastForecast} `, time(forecasts.lastCutoff)],
      forecasts.inPlaceOfAnother === 0 ? null : [words.inPlace(forecasts.inPlaceOfAnother)],
    ),
  );
}

/** Which key vouches for a version since when, and when that was verified last; or that none does. */
export function signatureElement(frame: Frame, version: ModelVersion, lineage: ModelLineage): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const { signatures, unusable, forecasts } = lineage;
  const isRefused = unusable !== null && version.aliases.includes('champion');
  const state = isRefused || signatures.length === 0 ? 'failed' : 'succeeded';
  return element(
    'div',
    { class: 'signature' },
    element(
      'p',
      { class: `status ${state}` },
      icon(state),
      isRefused ? words.signatureRefused : signatures.length === 0 ? words.unsigned : words.signed,
    ),
    ...signatures.map(({ keyId, signedAt }) =>
      element('p', {}, element('code', {}, keyId), ' · ', timeElement(view, signedAt)),
    ),
    isRefused &&
      element(
        'p',
        {},
        element('a', { href: frame.href(`/incidents/${unusable.incidentId}`, {}) }, words.itsIncident),
      ),
    signatures.length > 0 &&
      element(
        'p',
        { class: 'muted' },
        ...(forecasts.lastMadeAt === null
          ? [words.notVerified]
          : [`${words.verified} `, timeElement(view, forecasts.lastMadeAt)]),
      ),
  );
}
