import type { Say } from './language.ts';
import { type PostgresTarget, rowsOf } from './query.ts';
import { POSTGRES, type SourceReference } from './sources.ts';
import { worded } from './sql-words.ts';
import { severityWords } from './words.ts';

export interface Annotation {
  name: string;
  datasource: SourceReference;
  enable: boolean;
  hide: boolean;
  iconColor: string;
  target: PostgresTarget;
}

/** Incidents and changes of the champion, beside whatever a dashboard shows. */
export const annotationsIn = (say: Say): Annotation[] => [
  annotation(
    say('Incidents', 'Incidents'),
    'red',
    `select opened_at as time, resolved_at as timeend,
       ${worded('severity', severityWords(say))} || ' · ' ||
         coalesce((select string_agg(distinct coalesce(job.name, finding.host, finding.source), ', ')
           from finding left join job on job.id = finding.job_id
           where finding.incident_id = incident.id and finding.role = 'cause'), '#' || incident.id) as text,
       severity as tags
     from incident
     where $__timeFilter(opened_at)
       and severity in ('critical', 'major')
     order by opened_at desc limit 500`,
  ),
  annotation(
    say('Champion', 'Champion'),
    'blue',
    `select at as time, model || ' ' || coalesce(from_version::text, '–') || ' → ' || to_version || ' (' || who || ')' as text,
       alias as tags
     from model_alias_change
     where $__timeFilter(at) and alias = 'champion'
     order by at desc limit 500`,
  ),
];

const annotation = (name: string, iconColor: string, sql: string): Annotation => ({
  name,
  datasource: POSTGRES,
  enable: true,
  hide: false,
  iconColor,
  target: { refId: 'Anno', ...rowsOf(sql) } as PostgresTarget,
});
