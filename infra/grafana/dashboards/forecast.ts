import { CHECKED } from '../../../models/alerts/score-card.ts';
import { GATE_THRESHOLDS } from '../../../models/evaluation/gate-thresholds.ts';
import { FAILURE_MODEL } from '../../../workflows/names.ts';
import { CHAMPION_OLD_DAYS, DRIFT_LIMITS, FORECAST_OLD_DAYS } from '../alerting/limits.ts';
import { type DashboardContent, dashboardUrl } from '../build/dashboard.ts';
import { driftSql } from '../build/drift-sql.ts';
import { FORECASTS_SHOWN, forecastOutcomes } from '../build/forecast-outcomes.ts';
import { row } from '../build/grid.ts';
import type { Language, Say } from '../build/language.ts';
import { inTemporal, onPage, toJob, toWorkflow } from '../build/links.ts';
import { barChart, coloured, inUnit, linked, stat, table, timeSeries, wide } from '../build/panel.ts';
import { overTime, rowsOf } from '../build/query.ts';
import { column, literal, worded } from '../build/sql-words.ts';
import { lineAt, worseFrom } from '../build/thresholds.ts';
import { verdictWords } from '../build/words.ts';

const MODEL = literal(FAILURE_MODEL);
const NEWEST = `cutoff = (select max(cutoff) from forecast_cutoff)`;
const DAY_S = 86_400;
const FORECAST_OUTCOMES = forecastOutcomes(FORECASTS_SHOWN);

/** The forecast, what it was worth, and the model behind it. */
export function forecast(say: Say, language: Language): DashboardContent {
  const noForecast = say('No forecast was made yet', 'Aucune prévision n’a encore été faite');
  const noClosed = say(
    'No forecast of this time has its week behind it: not enough data to say',
    'Aucune prévision de la période n’a sa semaine derrière elle : pas assez de données',
  );
  const noModel = say('No model was trained yet', 'Aucun modèle n’a encore été entraîné');
  const expected = say('expected', 'attendus');
  const happened = say('failed', 'en échec');
  const number = say('No.', 'Nº');
  const job = say('Job', 'Traitement');
  const probability = say('probability', 'probabilité');
  const models = onPage(say('Models', 'Modèles'), '/models');
  const week = onPage(say('The week ahead', 'La semaine à venir'), '/week');
  const trainings = inTemporal(
    say('Trainings in Temporal', 'Entraînements dans Temporal'),
    'WorkflowType="retrain"',
  );

  const champion = stat({
    title: say('Champion', 'Champion'),
    description: say(
      'The version that forecasts, and how old what it learned from is.',
      'La version qui prévoit, et l’âge de ce qu’elle a appris.',
    ),
    noData: say('No champion yet', 'Pas encore de champion'),
    unit: 'locale',
    field: '/.*/',
    queries: [
      rowsOf(`
        select version as ${column('version')}, kind as ${column(say('kind', 'type'))},
          extract(epoch from now() - cutoff)::float8 as ${column(say('age', 'âge'))}
        from model_alias join model_version using (model, version)
        where model = ${MODEL} and alias = 'champion'`),
    ],
    overrides: [
      {
        matcher: { id: 'byName', options: say('age', 'âge') },
        properties: [
          { id: 'unit', value: 'dtdurations' },
          { id: 'thresholds', value: worseFrom([CHAMPION_OLD_DAYS * DAY_S, 'orange']) },
        ],
      },
    ],
    links: [models, trainings],
  });

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

  const versions = table({
    title: say('Versions', 'Versions'),
    description: say(
      `Versions trained in the time shown, newest first, measured on weeks they had not learned from. The gate asks for a calibration error of at most ${GATE_THRESHOLDS.maxCalibrationError} and a Brier score at least ${GATE_THRESHOLDS.minBrierSkill * 100} % better than the base rates'.`,
      `Versions entraînées sur la période, les plus récentes d’abord, mesurées sur des semaines non apprises. La porte exige une erreur de calibration d’au plus ${GATE_THRESHOLDS.maxCalibrationError} et un score de Brier meilleur d’au moins ${GATE_THRESHOLDS.minBrierSkill * 100} % que les taux de base.`,
    ),
    noData: noModel,
    unit: 'short',
    decimals: 3,
    queries: [
      rowsOf(`
        select version.version::text as ${column('Version')}, version.kind as ${column(say('Kind', 'Type'))}, version.created_at as ${column(say('Trained', 'Entraînée'))},
          (select string_agg(alias, ', ') from model_alias where model = version.model and model_alias.version = version.version) as ${column('Alias')},
          max(value) filter (where metric = 'average_precision') as ${column(say('Average precision', 'Précision moyenne'))},
          max(value) filter (where metric = 'roc_auc') as ${column('ROC AUC')},
          max(value) filter (where metric = 'brier_score') as ${column('Brier')},
          max(value) filter (where metric = 'expected_calibration_error') as ${column(say('Calibration error', 'Erreur de calibration'))},
          version.fit_ms as ${column(say('Training', 'Entraînement'))}
        from model_version version left join evaluation
          on evaluation.model = version.model and evaluation.version = version.version and evaluation.head = 'week'
        where version.model = ${MODEL} and $__timeFilter(version.created_at)
        group by version.model, version.version order by version.version desc limit 50`),
    ],
    overrides: [
      inUnit(say('Training', 'Entraînement'), 'ms'),
      {
        matcher: { id: 'byName', options: say('Calibration error', 'Erreur de calibration') },
        properties: [
          { id: 'thresholds', value: worseFrom([GATE_THRESHOLDS.maxCalibrationError, 'red']) },
          { id: 'custom.cellOptions', value: { type: 'color-text' } },
        ],
      },
    ],
    links: [models, trainings],
  });

  const verdicts = table({
    title: say('Verdicts of the gate', 'Verdicts de la porte'),
    description: say(
      'What the gate said of each challenger in the time shown, with the checks that it did not pass.',
      'Ce que la porte a dit de chaque challenger sur la période, avec les contrôles non passés.',
    ),
    noData: say('The gate judged nothing in this time', 'La porte n’a rien jugé sur cette période'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select decided_at as ${column(say('When', 'Quand'))}, challenger_version as ${column(say('Challenger', 'Challenger'))},
          nullif(champion_version, 0) as ${column('Champion')}, ${worded('verdict', verdictWords(say))} as ${column(say('Verdict', 'Verdict'))},
          (select string_agg(checked -> 'explanation' ->> '${language}', ' ') from jsonb_array_elements(checks) as checked
            where checked ->> 'passed' = 'false') as ${column(say('Not passed', 'Non passés'))}
        from gate_verdict where model = ${MODEL} and $__timeFilter(decided_at)
        order by decided_at desc limit 50`),
    ],
    overrides: [wide(say('Not passed', 'Non passés'), 420)],
    links: [models],
  });

  const promotions = table({
    title: say('Who serves', 'Qui sert'),
    description: say(
      'Changes of champion and challenger in the time shown, with who and why.',
      'Changements de champion et de challenger sur la période, avec qui et pourquoi.',
    ),
    noData: say('Nothing changed in this time', 'Aucun changement sur cette période'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select at as ${column(say('When', 'Quand'))}, alias as ${column('Alias')}, from_version as ${column(say('From', 'De'))},
          to_version as ${column(say('To', 'À'))}, who as ${column(say('Who', 'Qui'))}, left(why, 300) as ${column(say('Why', 'Pourquoi'))},
          workflow_id as ${column('Workflow')}
        from model_alias_change where model = ${MODEL} and $__timeFilter(at) order by at desc limit 50`),
    ],
    overrides: [linked('Workflow', toWorkflow(say))],
    links: [models],
  });

  const moved = timeSeries({
    title: say('Features that moved', 'Variables qui ont changé'),
    description: say(
      'Of the features of the champion, the share that is no longer distributed as in its training, by the daily look; and the size of the five that moved furthest is in the table beside.',
      'Part des variables du champion dont la répartition n’est plus celle de son entraînement, au contrôle quotidien ; à côté, celles qui s’en éloignent le plus.',
    ),
    noData: say(
      'Nobody has looked at the model in this time',
      'Le modèle n’a pas été contrôlé sur la période',
    ),
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      overTime(`
        select cutoff as time, drifted::float8 / nullif(features, 0) as ${column(say('moved', 'ont changé'))},
          features::float8 as ${column(say('compared', 'comparées'))}
        from model_check where model = ${MODEL} and $__timeFilter(cutoff) order by 1`),
    ],
    overrides: [
      {
        matcher: { id: 'byName', options: say('compared', 'comparées') },
        properties: [
          { id: 'unit', value: 'locale' },
          { id: 'custom.axisPlacement', value: 'right' },
        ],
      },
    ],
    links: [models],
  });

  const furthest = table({
    title: say('Furthest from the training', 'Les plus loin de l’entraînement'),
    description: say(
      'Features of the newest look by their population stability index; usual is the largest one of a week of the training against its others.',
      'Variables du dernier contrôle par indice de stabilité ; usuel : le plus grand d’une semaine de l’entraînement face aux autres.',
    ),
    noData: say('Nobody has looked at the model yet', 'Le modèle n’a pas encore été contrôlé'),
    unit: 'short',
    decimals: 2,
    queries: [
      rowsOf(`
        select feature as ${column(say('Feature', 'Variable'))}, psi as ${column(say('index', 'indice'))},
          usual_psi as ${column(say('usual', 'usuel'))}, shift as ${column(say('shift', 'écart'))}
        from feature_drift
        where model = ${MODEL} and cutoff = (select max(cutoff) from model_check where model = ${MODEL})
          and state in ('drifted', 'steady') and feature <> '_scores'
        order by psi desc limit 15`),
    ],
    overrides: [wide(say('Feature', 'Variable'), 260)],
    links: [models],
  });

  const beside = timeSeries({
    title: say('Average precision beside the base rates', 'Précision moyenne face aux taux de base'),
    description: say(
      'Of each forecast whose week is over, with the best rate that needs no model on the same jobs. A week without enough failures has none.',
      'De chaque prévision dont la semaine est passée, avec le meilleur taux sans modèle sur les mêmes traitements. Une semaine sans assez d’échecs n’en a pas.',
    ),
    noData: noClosed,
    unit: 'short',
    decimals: 2,
    min: 0,
    max: 1,
    queries: [
      overTime(`
        select cutoff as time, value as ${column(say('forecast', 'prévision'))},
          base_value as ${column(say('best base rate', 'meilleur taux de base'))}
        from model_quality
        where model = ${MODEL} and basis = 'realised' and slice = 'all' and metric = 'average_precision'
          and value is not null and $__timeFilter(cutoff) order by 1`),
    ],
    links: [models],
  });

  const estimate = timeSeries({
    title: say('Expected precision of the first ten', 'Précision attendue des dix premiers'),
    description: say(
      'What the champion expects of its coming week before anything has happened, with bounds that hold nine weeks in ten.',
      'Ce que le champion attend de sa semaine avant que rien n’arrive, avec des bornes valables neuf semaines sur dix.',
    ),
    noData: say(
      'Nobody has looked at the model in this time',
      'Le modèle n’a pas été contrôlé sur la période',
    ),
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      overTime(`
        select cutoff as time, value as ${column(say('expected', 'attendue'))}, low as ${column(say('at least', 'au moins'))},
          high as ${column(say('at most', 'au plus'))}
        from model_quality
        where model = ${MODEL} and basis = 'estimated' and slice = 'all' and metric = 'precision_at_10'
          and value is not null and $__timeFilter(cutoff) order by 1`),
    ],
    links: [models],
  });

  return {
    title: say('Smart ETL · Forecast and model', 'Smart ETL · Prévision et modèle'),
    description: say(
      'The forecast of the week, what earlier ones were worth, and the model behind them.',
      'La prévision de la semaine, ce que valaient les précédentes, et le modèle derrière.',
    ),
    from: 'now-90d',
    refresh: '15m',
    rows: [
      row(5, champion, newest),
      row(11, watchList),
      row(8, kept, hits),
      row(8, calibration, brier),
      row(8, beside, estimate),
      row(8, moved, furthest),
      row(8, drift, level),
      row(9, versions),
      row(8, verdicts, promotions),
    ],
  };
}
