import { instantText, type Language, listed, type Message, oneLine } from './message.ts';

export interface FailingJob {
  job: string;
  owner: string | null;
  host: string | null;
  startedAtMs: number;
  error: string | null;
}

export interface RecoveredJob {
  job: string;
  owner: string | null;
  failingSinceMs: number;
  startedAtMs: number;
}

const names = (jobs: readonly { job: string }[]): string => {
  const first = jobs
    .slice(0, 3)
    .map(({ job }) => oneLine(job, 60))
    .join(', ');
  return jobs.length > 3 ? `${first}, …` : first;
};

const ownerText = (owner: string | null, language: Language): string =>
  owner ?? (language === 'fr' ? 'sans responsable' : 'no owner');

/** Tells of jobs whose last run failed. `pageUrl` is where to look next. */
export function incidentsOpenedMessage(
  jobs: readonly FailingJob[],
  language: Language,
  pageUrl: string,
): Message {
  const count = jobs.length;
  const line = (job: FailingJob) => {
    const where = job.host === null ? '' : ` @ ${job.host}`;
    const silent =
      language === 'fr' ? "pas de message d'erreur dans le journal" : 'the log has no error message';
    return [
      `- ${job.job}${where} (${ownerText(job.owner, language)}), ${instantText(job.startedAtMs)}`,
      `    ${job.error === null ? silent : oneLine(job.error)}`,
    ].join('\n');
  };
  return language === 'fr'
    ? {
        subject: count === 1 ? `En échec : ${names(jobs)}` : `${count} traitements en échec : ${names(jobs)}`,
        text: [
          count === 1
            ? "La dernière exécution de ce traitement s'est terminée en échec :"
            : `La dernière exécution de ces ${count} traitements s'est terminée en échec :`,
          listed(jobs, line, language),
          `Vous recevrez un message quand ce sera rétabli.\nPour regarder : ${pageUrl}`,
        ].join('\n\n'),
      }
    : {
        subject: count === 1 ? `Failing: ${names(jobs)}` : `${count} jobs failing: ${names(jobs)}`,
        text: [
          count === 1 ? 'The last run of this job failed:' : `The last run of these ${count} jobs failed:`,
          listed(jobs, line, language),
          `You will be told when it is over.\nTo look: ${pageUrl}`,
        ].join('\n\n'),
      };
}

/** Tells of jobs that were told to be failing and have succeeded since. */
export function incidentsResolvedMessage(
  jobs: readonly RecoveredJob[],
  language: Language,
  pageUrl: string,
): Message {
  const count = jobs.length;
  const line = (job: RecoveredJob) => {
    const [since, ended] = [instantText(job.failingSinceMs), instantText(job.startedAtMs)];
    const story =
      language === 'fr'
        ? `en échec depuis ${since}, réussi ${ended}`
        : `failing since ${since}, succeeded ${ended}`;
    return `- ${job.job} (${ownerText(job.owner, language)}): ${story}`;
  };
  return language === 'fr'
    ? {
        subject: count === 1 ? `Rétabli : ${names(jobs)}` : `${count} traitements rétablis : ${names(jobs)}`,
        text: [
          count === 1
            ? 'Ce traitement a de nouveau réussi :'
            : `Ces ${count} traitements ont de nouveau réussi :`,
          listed(jobs, line, language),
          `Pour regarder : ${pageUrl}`,
        ].join('\n\n'),
      }
    : {
        subject: count === 1 ? `Recovered: ${names(jobs)}` : `${count} jobs recovered: ${names(jobs)}`,
        text: [
          count === 1 ? 'This job has succeeded again:' : `These ${count} jobs have succeeded again:`,
          listed(jobs, line, language),
          `To look: ${pageUrl}`,
        ].join('\n\n'),
      };
}
