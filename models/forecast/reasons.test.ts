import { describe, expect, it } from 'vitest';
import { calendarNamed } from '../features/holiday-calendar.ts';
import { dayFeatures } from '../features/registry.ts';
import { sentenceFor } from './reason-sentences.ts';
import { topReasons } from './reasons.ts';
import type { ReasonContext } from './sentence.ts';

/** Monday 2026-07-13; the day after is Bastille Day. */
const cutoff = Date.UTC(2026, 6, 13);
const context = { cutoff, horizonDay: 1, host: 'srv-03', owner: 'anna' };
const say = (
  name: string,
  values: Record<string, number>,
  horizonDay = 1,
  more: Partial<ReasonContext> = {},
) =>
  sentenceFor(
    dayFeatures.find((feature) => feature.name === name)!,
    (feature) => values[feature] ?? Number.NaN,
    { ...context, horizonDay, ...more },
  );

describe('sentences', () => {
  it.each([
    [
      'failed_7d',
      { failed_7d: 3, runs_7d: 10 },
      '3 of 10 runs failed in the last 7 days',
      '3 échecs sur 10 passages ces 7 derniers jours',
    ],
    [
      'failure_rate_7d',
      { failed_7d: 1, runs_7d: 1 },
      '1 of 1 run failed in the last 7 days',
      '1 échec sur 1 passage ces 7 derniers jours',
    ],
    [
      'last_day_failed',
      { failed_1d: 0, runs_1d: 2 },
      'no failure in 2 runs in the last 24 hours',
      'aucun échec sur 2 passages ces dernières 24 heures',
    ],
    [
      'failure_streak',
      { failure_streak: 4 },
      'the last 4 runs in a row failed',
      "les 4 derniers passages ont échoué d'affilée",
    ],
    [
      'days_since_failure',
      { days_since_failure: 2.52, success_streak: 5 },
      'last failure 2.5 days ago, 5 good runs since',
      'dernier échec il y a 2,5 jours, 5 passages réussis depuis',
    ],
    [
      'days_since_failure',
      { success_streak: 12 },
      'never failed so far, 12 good runs',
      "jamais d'échec jusqu'ici, 12 passages réussis",
    ],
    [
      'week_odds_days',
      { failed_days_28d: 3, active_days_28d: 20 },
      'a failure on 3 of 20 days with a run in the last 28',
      'un échec sur 3 des 20 jours avec passage, sur 28',
    ],
    ['day_odds_active', { day_odds_active: 0 }, 'runs with a probability of 50 %', 'passage probable à 50 %'],
    [
      'day_odds_windows',
      { windows_failed: 8, windows_closed: 12 },
      'a failure in 8 of 12 past weeks',
      'un échec dans 8 des 12 semaines passées',
    ],
    [
      'window_failure_rate',
      { windows_failed: 8, windows_closed: 12 },
      'a failure in 8 of 12 past weeks',
      'un échec dans 8 des 12 semaines passées',
    ],
    [
      'weekday_failed_56d',
      { weekday_failed_56d: 4, weekday_active_56d: 7 },
      'failed on 4 of the last 7 Mondays with a run',
      'échec 4 fois sur les 7 derniers lundis avec passage',
    ],
    [
      'duration_last',
      { duration_last: Math.log(2.5) },
      'the last run took 2.5 times the usual duration',
      'le dernier passage a duré 2,5 fois la durée habituelle',
    ],
    [
      'host_disk_peak',
      { host_disk_peak: 91, host_disk_trend: 1.2 },
      'disk of srv-03 at 91 %, rising 1.2 points a day',
      'disque de srv-03 à 91 %, en hausse de 1,2 points par jour',
    ],
    [
      'host_disk_days_to_full',
      { host_disk_days_to_full: 3.2 },
      'disk of srv-03 full in 3 days',
      'disque de srv-03 plein dans 3 jours',
    ],
    [
      'host_disk_days_to_full',
      { host_disk_days_to_full: 1.4 },
      'disk of srv-03 full in 1 day',
      'disque de srv-03 plein dans 1 jour',
    ],
    [
      'host_disk_days_to_full',
      { host_disk_days_to_full: 60 },
      'disk of srv-03 full in 60 days or more',
      'disque de srv-03 plein dans 60 jours ou plus',
    ],
    [
      'host_disk_mean',
      { host_disk_peak: 95, host_disk_trend: 1.2, host_disk_days_to_full: 0.4 },
      'disk of srv-03 at 95 %, full within a day',
      "disque de srv-03 à 95 %, plein d'ici un jour",
    ],
    [
      'host_memory_peak_7d',
      { host_memory_peak_7d: 97.3 },
      'memory of srv-03 up to 97 % in the last 7 days',
      "mémoire de srv-03 jusqu'à 97 % ces 7 derniers jours",
    ],
    [
      'source_refused_share_7d',
      { source_refused_share_7d: 0.0123 },
      '1.2 % of the rows of its source were refused in the last 7 days',
      '1,2 % des lignes de sa source refusées ces 7 derniers jours',
    ],
    [
      'source_completeness_7d',
      { source_completeness_7d: 0.875 },
      'its source told 87.5 % of the values expected in the last 7 days',
      '87,5 % des valeurs attendues de sa source renseignées ces 7 derniers jours',
    ],
    [
      'source_delay_7d',
      { source_delay_7d: Math.log1p(2.5 * 3600) },
      'files of its source arrive 2.5 h after what they tell',
      'les fichiers de sa source arrivent 2,5 h après les faits',
    ],
    [
      'days_since_contract_change',
      { days_since_contract_change: 1.5 },
      'the contract of its source changed 1.5 days ago',
      'le contrat de sa source a changé il y a 1,5 jour',
    ],
    [
      'days_since_version_change',
      { days_since_version_change: 28 },
      'no change of its version for 28 days',
      'aucun changement de version depuis 28 jours',
    ],
    [
      'rows_ratio_last',
      { rows_ratio_last: 0.4 },
      'the last run wrote 40 % of the rows expected',
      'le dernier passage a écrit 40 % des lignes attendues',
    ],
    [
      'family_recurrence_odds',
      { family_recurrence_odds: Math.log(2.5), same_error_streak: 3 },
      'after an error like its last, the odds of a failed run are 2.5 times those after any error; the last 3 failures were of that kind',
      "après une erreur comme sa dernière, la cote d'un échec est 2,5 fois celle après une erreur quelconque ; les 3 derniers échecs étaient de ce genre",
    ],
    [
      'same_error_streak',
      { family_recurrence_odds: 0, same_error_streak: 1 },
      'after an error like its last, the odds of a failed run are 1 times those after any error',
      "après une erreur comme sa dernière, la cote d'un échec est 1 fois celle après une erreur quelconque",
    ],
    ['same_error_streak', { same_error_streak: 0 }, 'no error so far', "aucune erreur jusqu'ici"],
    [
      'error_families_28d',
      { error_families_28d: 2 },
      '2 kinds of errors in the last 28 days',
      "2 genres d'erreurs ces 28 derniers jours",
    ],
    [
      'month_end_failure_rate',
      { month_end: 1, month_end_days_failed: 4, month_end_days_active: 9 },
      'month end ahead; a failure on 4 of 9 past month-end days',
      'fin de mois à venir ; un échec sur 4 des 9 jours de fin de mois passés',
    ],
    [
      'days_to_month_end',
      { month_end: 0, month_end_days_failed: 0, month_end_days_active: 0 },
      'no month end ahead, none seen with a run',
      'pas de fin de mois à venir, aucune vue avec passage',
    ],
    ['month_end', { month_end: 0 }, 'it is a Monday, day 13 of the month', "c'est un lundi, le 13 du mois"],
    [
      'start_offset_last',
      { start_offset_last: 44.6, start_spread: 5 },
      'the last run started 45 min later than usual (usually within 5)',
      "dernier départ 45 min plus tard que d'habitude (d'habitude à 5 près)",
    ],
    [
      'start_spread',
      { start_offset_last: -30, start_spread: 2 },
      'the last run started 30 min earlier than usual (usually within 2)',
      "dernier départ 30 min plus tôt que d'habitude (d'habitude à 2 près)",
    ],
    [
      'start_offset_last',
      { start_offset_last: 0.2, start_spread: 1 },
      'the last run started on time (usually within 1)',
      "dernier départ à l'heure (d'habitude à 1 près)",
    ],
    ['start_spread', {}, 'it has no usual time of start', "pas d'heure de départ habituelle"],
    [
      'arrival_delay_trend',
      { arrival_delay_trend: Math.log(2.5) },
      'ends are heard of after 2.5 times the usual delay in the last 7 days',
      'fins reçues après 2,5 fois le délai habituel ces 7 derniers jours',
    ],
    [
      'upstream_last_failed',
      { upstream_last_failed: 1, upstream_failure_rate_28d: 0.1, upstream_success_streak: 0 },
      'the job it follows failed last (10 % of its runs in 28 days)',
      "le traitement qu'il suit vient d'échouer (10 % d'échecs sur 28 jours)",
    ],
    ['upstream_success_streak', {}, 'it follows no job that is known', 'ne suit aucun traitement connu'],
    [
      'weekend_share',
      { weekend_share: 0.25 },
      'share of runs at the weekend: 25 %',
      'part des passages le week-end : 25 %',
    ],
  ] as const)('%s', (name, values, en, fr) => {
    expect(say(name, values)).toEqual({ en, fr });
  });

  it('tells a month end of the week by its days', () => {
    const values = { month_end_days_failed: 4, month_end_days_active: 9 };
    // The week of 13 July holds none, that of 27 July does.
    expect(say('month_end_extra_ahead', values, 0).fr).toBe(
      'pas de fin de mois à venir ; un échec sur 4 des 9 jours de fin de mois passés',
    );
    expect(say('month_end_extra_ahead', values, 0, { cutoff: Date.UTC(2026, 6, 27) }).en).toBe(
      'month end ahead; a failure on 4 of 9 past month-end days',
    );
  });

  it('names the job that it follows', () => {
    const values = { upstream_last_failed: 0, upstream_failure_rate_28d: 0.05, upstream_success_streak: 7 };
    expect(say('upstream_success_streak', values, 0, { upstream: 'load_orders' })).toEqual({
      en: 'load_orders, which it follows, ran well 7 times since its last failure (5 % failed in 28 days)',
      fr: "load_orders, qu'il suit, a réussi 7 fois depuis son dernier échec (5 % d'échecs sur 28 jours)",
    });
  });

  it('goes by the calendar of holidays that it is given', () => {
    expect(say('holiday', {}, 2, { holidays: calendarNamed('none') }).en).toBe(
      'it is a Tuesday, day 14 of the month',
    );
  });

  it('names the public holiday', () => {
    expect(say('holiday', {}, 2)).toEqual({
      en: 'Tuesday is a public holiday (Fête Nationale de la France)',
      fr: 'mardi est férié (Fête Nationale de la France)',
    });
  });

  it('has words for every feature, known or missing', () => {
    const unitOf = new Map(dayFeatures.map(({ name, unit }) => [name, unit]));
    // Counts and flags are never missing.
    const leastKnown = (name: string) => (['count', 'flag'].includes(unitOf.get(name)!) ? 0 : Number.NaN);
    for (const feature of dayFeatures) {
      for (const value of [leastKnown, () => 3]) {
        const { en, fr } = sentenceFor(feature, value, context);
        expect(Math.min(en.length, fr.length)).toBeGreaterThan(5);
        expect(`${en} ${fr}`).not.toMatch(/undefined|Infinity|NaN/);
      }
    }
  });
});

describe('topReasons', () => {
  const contribution = (feature: string, amount: number, value = 1) => ({
    feature,
    value,
    contribution: amount,
  });

  it('adds up a theme, speaks through its strongest feature, and puts the heaviest theme first', () => {
    const reasons = topReasons(
      [
        contribution('failed_7d', 0.5, 3),
        contribution('runs_7d', 0.4, 10),
        contribution('host_disk_peak', 0.8, 91),
        contribution('age_days', -0.1),
        contribution('duration_mean', 0),
      ],
      context,
      2,
    );
    expect(reasons.map(({ feature, contribution }) => [feature, contribution])).toEqual([
      ['failed_7d', 0.9],
      ['host_disk_peak', 0.8],
    ]);
    expect(reasons[0]!.en).toBe('3 of 10 runs failed in the last 7 days');
  });

  it('is empty when nothing moves the forecast', () => {
    expect(topReasons([contribution('failed_7d', 0)], context, 3)).toEqual([]);
  });
});
