import { GATE_THRESHOLDS } from '../../../models/evaluation/gate-thresholds.ts';
import { FAILURE_MODEL } from '../../../workflows/names.ts';
import { CHAMPION_OLD_DAYS } from '../alerting/limits.ts';
import type { Language, Say } from '../build/language.ts';
import { inTemporal, onPage, toWorkflow } from '../build/links.ts';
import { inUnit, linked, stat, table, timeSeries, wide } from '../build/panel.ts';
import { overTime, rowsOf } from '../build/query.ts';
import { column, literal, worded } from '../build/sql-words.ts';
import { worseFrom } from '../build/thresholds.ts';
import { noClosedForecast, verdictWords } from '../build/words.ts';

const MODEL = literal(FAILURE_MODEL);
const DAY_S = 86_400;

/** The version that serves: its training, the gate, how far it is from its training and how good it is. */
export function modelPanels(say: Say, language: Language) {
  const noClosed = noClosedForecast(say);
  const noModel = say('No model was trained yet', 'Aucun modèle n’a encore été entraîné');
  const models = onPage(say('Models', 'Modèles'), '/models');
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

  return { champion, versions, verdicts, promotions, moved, furthest, beside, estimate };
}
