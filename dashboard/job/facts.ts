import type { JobDetail } from '../../api/contract/jobs.ts';
import { element, outLink } from '../element.ts';
import type { Frame } from '../page.ts';
import { workflowsOfJob } from '../temporal-links.ts';
import { timeElement } from '../view.ts';
import { criticalityText, jobWords } from './words.ts';

/** What is known of a job: when it runs, how long it takes, whom it follows. */
export function factsOf(frame: Frame, job: JobDetail): HTMLElement {
  const { view } = frame;
  const { format, words: shared } = view;
  const words = jobWords(view);
  const fact = (term: string, ...values: (Node | string | false)[]) =>
    element('div', {}, element('dt', {}, term), element('dd', {}, ...values));
  const instant = (text: string | null): Node | string =>
    text === null ? words.notKnown : timeElement(view, text);
  const neighbours = (list: JobDetail['upstreams']): Node[] =>
    list.flatMap(({ jobId, job: name }, index) => [
      ...(index > 0 ? [document.createTextNode(', ')] : []),
      element('a', { href: frame.href(`/jobs/${jobId}`) }, name),
    ]);
  const band = job.normal?.durationMs ?? null;
  const takes = band
    ? words.between(format.duration(band.usual), format.duration(band.low), format.duration(band.high))
    : job.month.medianDurationMs === null
      ? words.notKnown
      : format.duration(job.month.medianDurationMs);
  const temporal = view.overview?.temporal;
  return element(
    'dl',
    { class: 'facts' },
    fact(
      words.schedule,
      job.schedule === null ? words.noSchedule : job.schedule[view.language],
      job.schedule?.declared === true && ` (${words.declared})`,
    ),
    fact(words.nextDue, instant(job.nextDueAt)),
    fact(words.usually, takes),
    fact(words.month, words.monthOf(job.month.runs, job.month.failed)),
    fact(words.lastSuccess, instant(job.lastSuccessAt)),
    fact(words.owner, job.owner ?? shared.noOwner),
    fact(words.server, job.host ?? shared.unknownHost),
    fact(words.matters, `${job.criticality} · ${criticalityText(view, job.criticality)}`),
    fact(words.follows, ...(job.upstreams.length === 0 ? [words.nobody] : neighbours(job.upstreams))),
    fact(words.followedBy, ...(job.downstreams.length === 0 ? [words.nobody] : neighbours(job.downstreams))),
    temporal !== undefined &&
      fact('Temporal', outLink(workflowsOfJob(temporal, job.job), words.workflows, shared.opensTemporal)),
  );
}
