import type { FeatureDefinition } from '../features/feature.ts';
import { sigmoid } from '../log-odds.ts';
import { calendarSpeakers } from './calendar-sentences.ts';
import { outsideSpeakers } from './outside-sentences.ts';
import { comma, percent, plural, pluralFr, tenth, whole } from './reason-numbers.ts';
import type { ReasonContext, Sentence, Speaker } from './sentence.ts';

const span = (days: number): Sentence =>
  days === 1
    ? { en: 'the last 24 hours', fr: 'ces dernières 24 heures' }
    : { en: `the last ${days} days`, fr: `ces ${days} derniers jours` };

function failuresIn(failed: number, runs: number, during: Sentence): Sentence {
  if (runs === 0) return { en: `no run in ${during.en}`, fr: `aucun passage ${during.fr}` };
  if (failed === 0) {
    return {
      en: `no failure in ${whole(runs)} ${plural(runs, 'run', 'runs')} in ${during.en}`,
      fr: `aucun échec sur ${whole(runs)} ${pluralFr(runs, 'passage', 'passages')} ${during.fr}`,
    };
  }
  return {
    en: `${whole(failed)} of ${whole(runs)} ${plural(runs, 'run', 'runs')} failed in ${during.en}`,
    fr: `${whole(failed)} ${pluralFr(failed, 'échec', 'échecs')} sur ${whole(runs)} ${pluralFr(runs, 'passage', 'passages')} ${during.fr}`,
  };
}

const recently =
  (days: 1 | 7 | 28): Speaker =>
  (value) =>
    failuresIn(value(`failed_${days}d`), value(`runs_${days}d`), span(days));

const ever: Speaker = (value) => {
  const failed = value('failed_all');
  const runs = value('runs_all');
  return {
    en: `${whole(failed)} of ${whole(runs)} ${plural(runs, 'run', 'runs')} failed since the first one`,
    fr: `${whole(failed)} ${pluralFr(failed, 'échec', 'échecs')} sur ${whole(runs)} ${pluralFr(runs, 'passage', 'passages')} depuis le premier`,
  };
};

const streak: Speaker = (value) => {
  const failures = value('failure_streak');
  if (failures >= 2) {
    return {
      en: `the last ${whole(failures)} runs in a row failed`,
      fr: `les ${whole(failures)} derniers passages ont échoué d'affilée`,
    };
  }
  return value('last_run_failed') === 1
    ? { en: 'the last run failed', fr: 'le dernier passage a échoué' }
    : { en: 'the last run did not fail', fr: "le dernier passage n'a pas échoué" };
};

const sinceFailure: Speaker = (value) => {
  const days = value('days_since_failure');
  const good = value('success_streak');
  if (Number.isNaN(days)) {
    return {
      en: `never failed so far, ${whole(good)} good ${plural(good, 'run', 'runs')}`,
      fr: `jamais d'échec jusqu'ici, ${whole(good)} ${pluralFr(good, 'passage réussi', 'passages réussis')}`,
    };
  }
  return {
    en: `last failure ${tenth(days)} days ago, ${whole(good)} good ${plural(good, 'run', 'runs')} since`,
    fr: `dernier échec il y a ${comma(tenth(days))} jours, ${whole(good)} ${pluralFr(good, 'passage réussi', 'passages réussis')} depuis`,
  };
};

const pastWeeks: Speaker = (value) => {
  const failed = value('windows_failed');
  const closed = value('windows_closed');
  return {
    en: `a failure in ${whole(failed)} of ${whole(closed)} past weeks`,
    fr: `un échec dans ${whole(failed)} des ${whole(closed)} semaines passées`,
  };
};

const duration: Speaker = (value) => {
  const ratio = Math.exp(value('duration_last'));
  if (Number.isNaN(ratio)) {
    return { en: 'the duration of the last run is not known', fr: 'durée du dernier passage inconnue' };
  }
  return {
    en: `the last run took ${tenth(ratio)} times the usual duration`,
    fr: `le dernier passage a duré ${comma(tenth(ratio))} fois la durée habituelle`,
  };
};

const errors: Speaker = (value) => {
  const odds = value('family_recurrence_odds');
  const same = value('same_error_streak');
  if (Number.isNaN(odds)) return { en: 'no error so far', fr: "aucune erreur jusqu'ici" };
  const ratio = tenth(Math.exp(odds));
  return {
    en: `after an error like its last, the odds of a failed run are ${ratio} times those after any error${same >= 2 ? `; the last ${whole(same)} failures were of that kind` : ''}`,
    fr: `après une erreur comme sa dernière, la cote d'un échec est ${comma(ratio)} fois celle après une erreur quelconque${same >= 2 ? ` ; les ${whole(same)} derniers échecs étaient de ce genre` : ''}`,
  };
};

const errorKinds: Speaker = (value) => {
  const kinds = value('error_families_28d');
  return {
    en: `${whole(kinds)} ${kinds === 1 ? 'kind' : 'kinds'} of errors in the last 28 days`,
    fr: `${whole(kinds)} ${pluralFr(kinds, "genre d'erreur", "genres d'erreurs")} ces 28 derniers jours`,
  };
};

const startOffset: Speaker = (value) => {
  const minutes = value('start_offset_last');
  const spread = value('start_spread');
  if (Number.isNaN(minutes)) {
    return { en: 'it has no usual time of start', fr: "pas d'heure de départ habituelle" };
  }
  const usually = Number.isNaN(spread)
    ? { en: '', fr: '' }
    : { en: ` (usually within ${whole(spread)})`, fr: ` (d'habitude à ${whole(spread)} près)` };
  const apart = whole(Math.abs(minutes));
  if (apart === '0') {
    return { en: `the last run started on time${usually.en}`, fr: `dernier départ à l'heure${usually.fr}` };
  }
  return {
    en: `the last run started ${apart} min ${minutes > 0 ? 'later' : 'earlier'} than usual${usually.en}`,
    fr: `dernier départ ${apart} min ${minutes > 0 ? 'plus tard' : 'plus tôt'} que d'habitude${usually.fr}`,
  };
};

const arrivalDelay: Speaker = (value) => {
  const ratio = Math.exp(value('arrival_delay_trend'));
  if (Number.isNaN(ratio)) {
    return { en: 'when its ends are heard of is not known', fr: 'délai de réception des fins inconnu' };
  }
  return {
    en: `ends are heard of after ${tenth(ratio)} times the usual delay in the last 7 days`,
    fr: `fins reçues après ${comma(tenth(ratio))} fois le délai habituel ces 7 derniers jours`,
  };
};

const upstream: Speaker = (value, context) => {
  const rate = value('upstream_failure_rate_28d');
  if (Number.isNaN(rate))
    return { en: 'it follows no job that is known', fr: 'ne suit aucun traitement connu' };
  const name = context.upstream ?? null;
  const en = name === null ? 'the job it follows' : `${name}, which it follows,`;
  const fr = name === null ? "le traitement qu'il suit" : `${name}, qu'il suit,`;
  const good = value('upstream_success_streak');
  const told = percent(rate);
  return value('upstream_last_failed') === 1
    ? {
        en: `${en} failed last (${told} of its runs in 28 days)`,
        fr: `${fr} vient d'échouer (${told} d'échecs sur 28 jours)`,
      }
    : {
        en: `${en} ran well ${whole(good)} ${plural(good, 'time', 'times')} since its last failure (${told} failed in 28 days)`,
        fr: `${fr} a réussi ${whole(good)} fois depuis son dernier échec (${told} d'échecs sur 28 jours)`,
      };
};

const groupRate =
  (feature: string, en: string, fr: string): Speaker =>
  (value) => {
    const rate = value(feature);
    return Number.isNaN(rate)
      ? { en: `${en}: not known`, fr: `${fr} : inconnu` }
      : { en: `${en}: ${percent(rate)}`, fr: `${fr} : ${percent(rate)}` };
  };

const neighbours: Speaker = (value, { host }) => {
  const rate = value('host_neighbours_failure_rate_7d');
  if (Number.isNaN(rate)) return { en: 'the host is not known', fr: 'serveur inconnu' };
  return {
    en: `${percent(rate)} of the other runs on ${host} failed in the last 7 days`,
    fr: `${percent(rate)} d'échecs des autres traitements de ${host} sur 7 jours`,
  };
};

const rowsRatio: Speaker = (value) => {
  const last = value('rows_ratio_last');
  if (Number.isNaN(last)) return { en: 'rows expected are not known', fr: 'lignes attendues inconnues' };
  return {
    en: `the last run wrote ${percent(last)} of the rows expected`,
    fr: `le dernier passage a écrit ${percent(last)} des lignes attendues`,
  };
};

const failingDays: Speaker = (value) => {
  const failed = value('failed_days_28d');
  const active = value('active_days_28d');
  return {
    en: `a failure on ${whole(failed)} of ${whole(active)} ${plural(active, 'day', 'days')} with a run in the last 28`,
    fr: `un échec sur ${whole(failed)} des ${whole(active)} ${pluralFr(active, 'jour', 'jours')} avec passage, sur 28`,
  };
};

const slotLoad: Speaker = (value, { host }) => {
  const runs = tenth(value('slot_load_28d'));
  if (host === null || Number.isNaN(value('slot_load_28d'))) {
    return { en: 'how busy its hour is is not known', fr: 'charge de son heure : inconnue' };
  }
  return {
    en: `${runs} other runs a day begin on ${host} in its hour`,
    fr: `${comma(runs)} autres passages par jour commencent sur ${host} à la même heure`,
  };
};

const runsAtAll =
  (feature: string): Speaker =>
  (value) => {
    const odds = value(feature);
    if (Number.isNaN(odds)) return { en: 'whether it runs is not known', fr: 'passage : inconnu' };
    const chance = percent(sigmoid(odds));
    return { en: `runs with a probability of ${chance}`, fr: `passage probable à ${chance}` };
  };

/** First match wins; what matches nothing is told by its meaning and number. */
const SPEAKERS: [pattern: RegExp, speaker: Speaker][] = [
  [/odds_days_recent$/, recently(7)],
  [/odds_(days|level)$/, failingDays],
  [/odds_runs_28d$/, recently(28)],
  [/odds_(runs|run_failure)$/, ever],
  [/^week_odds_active$/, runsAtAll('week_odds_active')],
  [/^day_odds_active$/, runsAtAll('day_odds_active')],
  [/^(runs|failed|failure_rate)_1d$|^last_day_failed$/, recently(1)],
  [/^(runs|failed|failure_rate)_7d$|^last_window_failed$|^failure_average_fast$/, recently(7)],
  [/^(runs|failed|failure_rate)_28d$|^failed_days_28d$|^failure_average_slow$/, recently(28)],
  [/^(runs|failed|failure_rate)_all$/, ever],
  [/^failure_streak$|^last_run_failed$/, streak],
  [/^days_since_failure$|^success_streak$/, sinceFailure],
  [/^window|odds_windows$/, pastWeeks],
  [/^duration_last$/, duration],
  [/^rows_ratio/, rowsRatio],
  ...calendarSpeakers,
  [/^(same_error|family_recurrence)/, errors],
  [/^error_families/, errorKinds],
  [/^start_/, startOffset],
  [/^arrival_delay/, arrivalDelay],
  [/^upstream_/, upstream],
  [
    /^owner_/,
    groupRate(
      'owner_failure_rate_28d',
      "failed runs of the owner's jobs, 28 days",
      'échecs des traitements du responsable, 28 jours',
    ),
  ],
  [
    /^estate_failure_rate_7d$/,
    groupRate(
      'estate_failure_rate_7d',
      'failed runs of all jobs, 7 days',
      'échecs de tous les traitements, 7 jours',
    ),
  ],
  [
    /^estate_/,
    groupRate(
      'estate_failure_rate_28d',
      'failed runs of all jobs, 28 days',
      'échecs de tous les traitements, 28 jours',
    ),
  ],
  [
    /^group_window/,
    groupRate(
      'group_window_rate',
      "weeks with a failure, the owner's jobs",
      'semaines avec échec, traitements du responsable',
    ),
  ],
  [
    /^group_day/,
    groupRate(
      'group_day_rate',
      "days with a failure, the owner's jobs",
      'jours avec échec, traitements du responsable',
    ),
  ],
  [/^host_neighbours/, neighbours],
  [/^slot_load/, slotLoad],
  ...outsideSpeakers,
];

/** One short sentence about a feature of a row, with its numbers. */
export function sentenceFor(
  feature: FeatureDefinition,
  value: (name: string) => number,
  context: ReasonContext,
): Sentence {
  const speaker = SPEAKERS.find(([pattern]) => pattern.test(feature.name))?.[1];
  if (speaker !== undefined) return speaker(value, context);
  const { en, fr } = feature.meaning;
  const number = value(feature.name);
  if (Number.isNaN(number)) return { en: `${en}: not known`, fr: `${fr} : inconnu` };
  const shown = feature.unit === 'share' ? percent(number) : tenth(number);
  return { en: `${en}: ${shown}`, fr: `${fr} : ${comma(shown)}` };
}
