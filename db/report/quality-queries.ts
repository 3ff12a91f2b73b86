import type { ReportQuery } from './report-query.ts';

const OF_PERIOD = `day >= (:'from'::timestamptz at time zone 'UTC')::date
  and day < (:'to'::timestamptz at time zone 'UTC')::date`;
/** A file belongs to the instant of the latest thing it tells of, as its quality does. */
const FILE_OF_PERIOD = `coalesce(file.last_known_at, file.received_at) >= :'from'::timestamptz
  and coalesce(file.last_known_at, file.received_at) < :'to'::timestamptz`;

export const QUALITY_QUERIES = [
  {
    id: 'loads',
    title: { en: 'Files and what became of their rows', fr: 'Fichiers et devenir de leurs lignes' },
    sql: `select source, count(*) as files, coalesce(sum(size_bytes), 0)::float8 as "sizeBytes",
  coalesce(sum(rows_in), 0)::float8 as "rowsIn", coalesce(sum(rows_loaded), 0)::float8 as loaded,
  coalesce(sum(rows_duplicate), 0)::float8 as duplicate, coalesce(sum(rows_quarantined), 0)::float8 as quarantined,
  count(*) filter (where state in ('refused', 'held')) as refused
from file where ${FILE_OF_PERIOD} and state <> 'unpacked' group by source order by source`,
  },
  {
    id: 'quality',
    title: { en: 'Quality of the sources', fr: 'Qualité des sources' },
    sql: `select source, count(*) as days, sum(volume_rows)::float8 as rows,
  (sum(completeness * volume_rows) / nullif(sum(volume_rows) filter (where completeness is not null), 0))::float8 as completeness,
  (sum(uniqueness * volume_rows) / nullif(sum(volume_rows) filter (where uniqueness is not null), 0))::float8 as uniqueness,
  (sum(validity * volume_rows) / nullif(sum(volume_rows) filter (where validity is not null), 0))::float8 as validity,
  percentile_cont(0.5) within group (order by freshness_s) as "freshnessS",
  min(validity) as "leastValidity", count(*) filter (where validity < 0.95) as "badDays"
from quality_daily where ${OF_PERIOD} group by source order by source`,
  },
  {
    id: 'quarantine',
    title: { en: 'Refused rows by reason', fr: 'Lignes refusées par motif' },
    sql: `select file.source, quarantine.code, count(*) as rows, count(distinct file.id) as files
from quarantine join file on file.sha256 = quarantine.file_sha256
where ${FILE_OF_PERIOD} group by 1, 2 order by 3 desc, 1, 2`,
  },
  {
    id: 'slots',
    title: { en: 'Slots: how punctual jobs were', fr: 'Créneaux : ponctualité des traitements' },
    sql: `select job.namespace || '/' || job.name as job, count(*) filter (where outcome = 'met') as met,
  count(*) filter (where outcome = 'late') as late, count(*) filter (where outcome = 'missing') as missing,
  count(*) filter (where outcome = 'extra') as extra, count(*) filter (where outcome = 'waived') as waived
from expectation join job on job.id = expectation.job_id
where due >= :'from'::timestamptz and due < :'to'::timestamptz and expectation.ended_at <= :'as_of'::timestamptz
group by 1 order by 1`,
  },
] as const satisfies readonly ReportQuery[];
