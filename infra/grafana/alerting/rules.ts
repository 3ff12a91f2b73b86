import { STILL_LIMITS_MS } from '../../../models/detect/standstill.ts';
import { FAILURE_MODEL } from '../../../workflows/names.ts';
import { driftSql } from '../build/drift-sql.ts';
import { forecastOutcomes } from '../build/forecast-outcomes.ts';
import { trimmed } from '../build/query.ts';
import { literal } from '../build/sql-words.ts';
import {
  CALIBRATION_DEVIATIONS,
  CHAMPION_OLD_DAYS,
  DRIFT_LIMITS,
  FILE_LATE_S,
  FORECAST_OLD_DAYS,
  MESSAGE_LATE_S,
} from './limits.ts';

/**
 * When Grafana tells somebody. Only of Smart ETL itself and of its model: of jobs, servers and sources people are told
 * by incidents, once and with their end, and never twice from two places.
 */
export interface AlertRule {
  uid: string;
  group: 'system' | 'model';
  title: string;
  /** One number, and texts that tell several rows apart. Macros and dollar signs are not for rules. */
  sql: string;
  /** It fires where the number is above. */
  above: number;
  /** For how long it must be so, such as `5m`. */
  pending: string;
  /** What no row means. */
  noData: 'OK' | 'Alerting';
  en: string;
  fr: string;
  dashboard: 'system' | 'forecast' | 'quality';
}

/** The last forecast whose week is over. */
const LAST_CLOSED = forecastOutcomes({
  which: `cutoff >= now() - interval '30 days' and cutoff <= now()`,
  onlyNewest: true,
});

const limitOfPart = `case when part like 'collect/%' then ${STILL_LIMITS_MS.collect / 1000}
  when part = 'detect' then ${STILL_LIMITS_MS.detect / 1000} else ${STILL_LIMITS_MS.queue / 1000} end`;

export const ALERT_RULES: readonly AlertRule[] = [
  {
    uid: 'smart-etl-part-still',
    group: 'system',
    title: 'A part of Smart ETL stands still',
    // Queue train only moves when there is something to train, unless an outside watch pulses it.
    sql: `select part, greatest(0, extract(epoch from clock_timestamp() - beat_at) - ${limitOfPart})::float8 as seconds_too_long
      from heartbeat
      where part in ('detect', 'queue/control', 'queue/ingest') or part like 'collect/%'`,
    above: 0,
    pending: '2m',
    noData: 'Alerting',
    en: '{{ .Labels.part }} has not moved for too long: nothing is collected, loaded or found meanwhile. Look at the worker.',
    fr: '{{ .Labels.part }} ne bouge plus : rien n’est collecté, chargé ni détecté. Voir le worker.',
    dashboard: 'system',
  },
  {
    uid: 'smart-etl-messages-late',
    group: 'system',
    title: 'Messages do not leave',
    sql: `select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest_seconds
      from notification where state = 'pending' and held_by is null`,
    above: MESSAGE_LATE_S,
    pending: '5m',
    noData: 'OK',
    en: 'The oldest message that could leave waits for more than a quarter of an hour: people are not told.',
    fr: 'Le plus ancien message à envoyer attend depuis plus d’un quart d’heure : personne n’est prévenu.',
    dashboard: 'system',
  },
  {
    uid: 'smart-etl-messages-dead',
    group: 'system',
    title: 'Messages were given up',
    sql: `select channel, count(*)::float8 as messages
      from notification where state = 'dead' and created_at > now() - interval '7 days' group by channel`,
    above: 0,
    pending: '0s',
    noData: 'OK',
    en: 'Messages to channel {{ .Labels.channel }} were given up. `smart-etl alerts` lists and revives them.',
    fr: 'Des messages vers le canal {{ .Labels.channel }} ont été abandonnés. `smart-etl alerts` les liste et les relance.',
    dashboard: 'system',
  },
  {
    uid: 'smart-etl-files-late',
    group: 'system',
    title: 'Files are not loaded',
    sql: `select coalesce(extract(epoch from now() - min(received_at)), 0)::float8 as oldest_seconds
      from file join source on source.name = file.source
      where state = 'stored' and source.paused_at is null`,
    above: FILE_LATE_S,
    pending: '5m',
    noData: 'OK',
    en: 'A file is stored and not loaded for more than half an hour.',
    fr: 'Un fichier est conservé sans être chargé depuis plus d’une demi-heure.',
    dashboard: 'system',
  },
  {
    uid: 'smart-etl-source-stopped',
    group: 'system',
    title: 'The intake of a source has stopped',
    sql: `select name as source, extract(epoch from now() - paused_at)::float8 as seconds
      from source where paused_at is not null`,
    above: -1,
    pending: '0s',
    noData: 'OK',
    en: 'Source {{ .Labels.source }} went beyond its limit of refused rows. `smart-etl quarantine list` says why.',
    fr: 'La source {{ .Labels.source }} a dépassé sa limite de lignes refusées. `smart-etl quarantine list` dit pourquoi.',
    dashboard: 'quality',
  },
  {
    uid: 'smart-etl-forecast-old',
    group: 'model',
    title: 'No forecast was made for a week',
    sql: `select (extract(epoch from now() - max(cutoff)) / 86400)::float8 as days
      from forecast_cutoff having max(cutoff) is not null`,
    above: FORECAST_OLD_DAYS,
    pending: '1h',
    noData: 'OK',
    en: 'The newest forecast is more than eight days old. Look at the workflows forecastWeek in Temporal.',
    fr: 'La dernière prévision a plus de huit jours. Voir les workflows forecastWeek dans Temporal.',
    dashboard: 'forecast',
  },
  {
    uid: 'smart-etl-champion-old',
    group: 'model',
    title: 'No challenger was trained for two weeks',
    sql: `select (extract(epoch from now() - max(created_at)) / 86400)::float8 as days
      from model_version where model = ${literal(FAILURE_MODEL)} having max(created_at) is not null`,
    above: CHAMPION_OLD_DAYS,
    pending: '1h',
    noData: 'OK',
    en: 'The newest version of the model is more than two weeks old: the champion is not challenged any more.',
    fr: 'La version la plus récente du modèle a plus de deux semaines : le champion n’est plus remis en question.',
    dashboard: 'forecast',
  },
  {
    uid: 'smart-etl-forecast-worthless',
    group: 'model',
    title: 'The forecast says less than an average',
    sql: `${LAST_CLOSED}
      select (avg((probability - failed) ^ 2) - avg(failed) * (1 - avg(failed)))::float8 as brier_above_average
      from outcome having count(*) > 0`,
    above: 0,
    pending: '1h',
    noData: 'OK',
    en: 'The Brier score of the last closed forecast is worse than that of one share for all jobs.',
    fr: 'Le score de Brier de la dernière prévision close est moins bon que celui d’une même part pour tous.',
    dashboard: 'forecast',
  },
  {
    uid: 'smart-etl-forecast-level',
    group: 'model',
    title: 'The level of the forecast is off',
    sql: `${LAST_CLOSED}
      select (abs(sum(failed) - sum(probability)) / sqrt(sum(probability * (1 - probability))))::float8 as deviations
      from outcome having sum(probability * (1 - probability)) > 0`,
    above: CALIBRATION_DEVIATIONS,
    pending: '1h',
    noData: 'OK',
    en: 'Far more or far fewer jobs failed than the last closed forecast expected.',
    fr: 'Bien plus ou bien moins de traitements ont échoué que ne l’attendait la dernière prévision close.',
    dashboard: 'forecast',
  },
  {
    uid: 'smart-etl-forecast-drift',
    group: 'model',
    title: 'The forecasts have drifted',
    sql: `select "PSI" as psi from (${driftSql(
      `cutoff in (select cutoff from forecast_cutoff order by cutoff desc limit 2)`,
    )}) as drift`,
    above: DRIFT_LIMITS.moved,
    pending: '1h',
    noData: 'OK',
    en: 'The probabilities of the newest forecast are spread otherwise than those of the one before: estate, data or model have changed.',
    fr: 'Les probabilités de la dernière prévision se répartissent autrement que celles de la précédente : parc, données ou modèle ont changé.',
    dashboard: 'forecast',
  },
].map((rule) => ({ ...rule, sql: trimmed(rule.sql) })) as AlertRule[];
