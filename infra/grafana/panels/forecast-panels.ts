import { CHECKED } from '../../../models/alerts/score-card.ts';
import { DRIFT_LIMITS, FORECAST_OLD_DAYS } from '../alerting/limits.ts';
import { dashboardUrl } from '../build/dashboard.ts';
import { driftSql } from '../build/drift-sql.ts';
import { FORECASTS_SHOWN, forecastOutcomes } from '../build/forecast-outcomes.ts';
import type { Language, Say } from '../build/language.ts';
import { onPage, toJob } from '../build/links.ts';
import { barChart, coloured, inUnit, linked, stat, table, timeSeries, wide } from '../build/panel.ts';
import { overTime, rowsOf } from '../build/query.ts';
import { column } from '../build/sql-words.ts';
import { lineAt, worseFrom } from '../build/thresholds.ts';
import { noClosedForecast } from '../build/words.ts';

const NEWEST = `cutoff = (select max(cutoff) from forecast_cutoff)`;
const DAY_S = 86_400;
const FORECAST_OUTCOMES = forecastOutcomes(FORECASTS_SHOWN);

/** What the newest forecast says, and what earlier ones were worth. */
export function forecastPanels(say: Say, language: Language) {
  const noForecast = say('No forecast was made yet', 'Aucune prévision n’a encore été faite');
  const noClosed = noClosedForecast(say);
  const expected = say('expected', 'attendus');
  const happened = say('failed', 'en échec');
  const number = say('No.', 'Nº');
  const job = say('Job', 'Traitement');
  const probability = say('probability', 'probabilité');
  const week = onPage(say('The week ahead', 'La semaine à venir'), '/week');

  const newest = stat({
    title: say('Newest forecast', 'Dernière prévision'),
    description: say(
      'How old it is, how many jobs it covers, and how many of them are expected to fail in its week (the sum of the probabilities).',
      'Son âge, le nombre de traitements couverts, et combien devraient échouer dans la semaine (somme des probabilités).',
    ),
    noData: noForecast,
    unit: 'locale',
    field: '/.*/',
    queries: [
      rowsOf(`
        select extract(epoch from now() - forecast_cutoff.cutoff)::float8 as ${column(say('age', 'âge'))},
          candidates as ${column(say('jobs', 'traitements'))}, sum(probability) as ${column(expected)}
        from forecast_cutoff join forecast_week using (cutoff)
        where ${NEWEST} group by forecast_cutoff.cutoff`),
    ],
    overrides: [
      {
        matcher: { id: 'byName', options: say('age', 'âge') },
        properties: [
          { id: 'unit', value: 'dtdurations' },
          { id: 'thresholds', value: worseFrom([FORECAST_OLD_DAYS * DAY_S, 'orange']) },
        ],
      },
      inUnit(expected, 'short', 1),
    ],
    links: [week],
  });

  const watchList = table({
    title: say('Watch-list of the week', 'Traitements à surveiller cette semaine'),
    description: say(
      'Jobs of the newest forecast, the most likely to fail first, with the strongest reason.',
      'Traitements de la dernière prévision, les plus exposés d’abord, avec la raison principale.',
    ),
    noData: noForecast,
    unit: 'percentunit',
    queries: [
      rowsOf(`
        select rank as ${column(say('Place', 'Rang'))}, job.name as ${column(job)}, probability as ${column(probability)},
          probability_low as ${column(say('at least', 'au moins'))}, probability_high as ${column(say('at most', 'au plus'))},
          expected_failed_runs as ${column(say('failures', 'échecs'))}, expected_lost_minutes * 60000 as ${column(say('time lost', 'temps perdu'))},
          reasons -> 0 ->> '${language}' as ${column(say('Why', 'Pourquoi'))}, job.id::text as ${column(number)}
        from forecast_week join job on job.id = forecast_week.job_id
        where ${NEWEST} order by rank limit 30`),
    ],
    thresholds: worseFrom([0.2, 'yellow'], [0.5, 'red']),
    overrides: [
      linked(job, toJob(say, dashboardUrl('job', language), number)),
      wide(say('Why', 'Pourquoi'), 420),
      inUnit(say('Place', 'Rang'), 'locale'),
      inUnit(say('failures', 'échecs'), 'short', 1),
      inUnit(say('time lost', 'temps perdu'), 'ms'),
      {
        matcher: { id: 'byName', options: probability },
        properties: [{ id: 'custom.cellOptions', value: { type: 'color-text' } }],
      },
    ],
    links: [week],
  });

  const kept = timeSeries({
    title: say('Expected and happened', 'Attendus et constatés'),
    description: say(
      'Jobs that were expected to fail in the week of each forecast (sum of the probabilities), and jobs that did.',
      'Traitements attendus en échec dans la semaine de chaque prévision (somme des probabilités), et traitements en échec.',
    ),
    noData: noClosed,
    unit: 'short',
    decimals: 1,
    queries: [
      overTime(`
        ${FORECAST_OUTCOMES}
        select cutoff as time, sum(probability) as ${column(expected)}, sum(failed)::float8 as ${column(happened)}
        from outcome group by 1 order by 1`),
    ],
    overrides: [coloured(expected, 'blue'), coloured(happened, 'red')],
  });

  const brier = timeSeries({
    title: say('Brier score of the weeks', 'Score de Brier des semaines'),
    description: say(
      'Mean squared distance of the forecast from what happened, and the same if every job had been given the share that failed. 0 would be perfect; above the other line the forecast says less than an average.',
      'Écart quadratique moyen entre prévision et réalité, et le même en donnant à tous la part en échec. 0 serait parfait ; au-dessus de l’autre ligne, la prévision dit moins qu’une moyenne.',
    ),
    noData: noClosed,
    unit: 'short',
    decimals: 3,
    queries: [
      overTime(`
        ${FORECAST_OUTCOMES}
        select cutoff as time, avg((probability - failed) ^ 2) as ${column(say('forecast', 'prévision'))},
          avg(failed) * (1 - avg(failed)) as ${column(say('one share for all', 'une part pour tous'))}
        from outcome group by 1 order by 1`),
    ],
  });

  const hits = timeSeries({
    title: say(`Of the first ${CHECKED}`, `Parmi les ${CHECKED} premiers`),
    description: say(
      `Jobs among the first ${CHECKED} of each forecast that failed in its week: what a team that checks ${CHECKED} jobs finds.`,
      `Traitements en échec parmi les ${CHECKED} premiers de chaque prévision : ce que trouve une équipe qui en vérifie ${CHECKED}.`,
    ),
    noData: noClosed,
    unit: 'locale',
    draw: 'bars',
    max: CHECKED,
    queries: [
      overTime(`
        ${FORECAST_OUTCOMES}
        select cutoff as time, sum(failed)::float8 as ${column(say('failed', 'en échec'))}
        from outcome where rank <= ${CHECKED} group by 1 order by 1`),
    ],
  });

  const calibration = barChart({
    title: say('Calibration', 'Calibration'),
    description: say(
      'Jobs of all closed forecasts of the time shown in ten groups by what was forecast: the mean probability beside the share that failed. Equal heights are what one wants.',
      'Traitements de toutes les prévisions closes de la période en dix groupes selon la prévision : probabilité moyenne et part en échec. Des hauteurs égales sont l’idéal.',
    ),
    noData: noClosed,
    unit: 'percentunit',
    min: 0,
    max: 1,
    xField: say('Forecast', 'Prévu'),
    queries: [
      rowsOf(`
        ${FORECAST_OUTCOMES},
        grouped as (select *, least(9, floor(probability * 10)) as bin from outcome)
        select (10 * bin)::text || '–' || (10 * bin + 10)::text || ' %' as ${column(say('Forecast', 'Prévu'))},
          avg(probability) as ${column(say('mean forecast', 'prévision moyenne'))},
          avg(failed)::float8 as ${column(say('share failed', 'part en échec'))}
        from grouped group by bin order by bin`),
    ],
    overrides: [
      coloured(say('mean forecast', 'prévision moyenne'), 'blue'),
      coloured(say('share failed', 'part en échec'), 'red'),
    ],
  });

  const drift = timeSeries({
    title: say('Drift of the forecasts', 'Dérive des prévisions'),
    description: say(
      `Population stability index between the probabilities of each forecast and those of the one before, in ten groups. From ${DRIFT_LIMITS.watch} on something moves, from ${DRIFT_LIMITS.moved} on it has moved: estate, data or model.`,
      `Indice de stabilité de population entre les probabilités de chaque prévision et celles de la précédente, en dix groupes. Dès ${DRIFT_LIMITS.watch} cela bouge, dès ${DRIFT_LIMITS.moved} cela a bougé : parc, données ou modèle.`,
    ),
    noData: say('Two forecasts are needed to compare them', 'Il faut deux prévisions pour les comparer'),
    unit: 'short',
    decimals: 2,
    min: 0,
    thresholds: lineAt([DRIFT_LIMITS.watch, 'yellow'], [DRIFT_LIMITS.moved, 'red']),
    queries: [overTime(driftSql('$__timeFilter(cutoff)'))],
  });

  const level = timeSeries({
    title: say('Level of the forecasts', 'Niveau des prévisions'),
    description: say(
      'Mean probability of the jobs of each forecast, and how many jobs it covers.',
      'Probabilité moyenne des traitements de chaque prévision, et leur nombre.',
    ),
    noData: noForecast,
    unit: 'percentunit',
    queries: [
      overTime(`
        select cutoff as time, avg(probability) as ${column(say('mean probability', 'probabilité moyenne'))},
          count(*)::float8 as ${column(say('jobs', 'traitements'))}
        from forecast_week where $__timeFilter(cutoff) group by 1 order by 1`),
    ],
    overrides: [
      {
        matcher: { id: 'byName', options: say('jobs', 'traitements') },
        properties: [
          { id: 'unit', value: 'locale' },
          { id: 'custom.axisPlacement', value: 'right' },
        ],
      },
    ],
  });

  return { newest, watchList, kept, brier, hits, calibration, drift, level };
}
