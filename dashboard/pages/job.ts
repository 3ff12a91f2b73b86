import type { Incidents } from '../../api/contract/incidents.ts';
import type { JobDetail, Slots } from '../../api/contract/jobs.ts';
import type { Runs } from '../../api/contract/runs.ts';
import { element } from '../element.ts';
import { reasonsOf } from '../forecast.ts';
import { durationSection } from '../job/duration-section.ts';
import { factsOf } from '../job/facts.ts';
import { failureList } from '../job/failures.ts';
import { incidentsOfJob } from '../job/incidents-of-job.ts';
import { slotStrip } from '../job/slot-strip.ts';
import { jobWords } from '../job/words.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { drawRuns, RUNS_FILTERS, type RunsFilter } from '../runs.ts';
import { sectionElement } from '../section.ts';
import { emptyElement, estateNowMs, type View } from '../view.ts';

const DAY_MS = 86_400_000;
const SLOT_DAYS = 14;

/** One job: when it runs, how long it takes, how it failed, what is to come. */
export const page: Page = {
  title: ({ words }) => words.job,
  styles: ['/charts.css', '/incidents.css', '/pages/week.css', '/pages/job.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const words = jobWords(frame.view);
  const id = encodeURIComponent(frame.params.id!);
  const head = sectionElement({ id: 'job', title: frame.view.words.job, level: 1 });
  place.append(head.section);
  let parts: { update: () => void; close: () => void } | null = null;
  let job: JobDetail | null = null;

  const draw = () => {
    if (!job) return;
    head.section.querySelector('h1')!.textContent = job.job;
    head.section.querySelector('#job-subtitle')!.textContent = job.namespace;
    head.body.replaceChildren(factsOf(frame, job));
    parts?.update();
  };
  frame.read<JobDetail>({
    address: () => `/v1/jobs/${id}`,
    topics: ['runs', 'incidents', 'forecast'],
    place: head.body,
    onAnswer(answer) {
      job = answer;
      frame.setTitle(job.job);
      // The rest is only asked for where there is such a job.
      parts ??= mountParts(place, frame, () => job!);
      draw();
    },
  });
  return {
    update: draw,
    unmount: () => parts?.close(),
  };

  function mountParts(into: HTMLElement, of: Frame, jobNow: () => JobDetail) {
    const durations = durationSection(of);
    const forecast = sectionElement({ id: 'forecast', title: words.forecast });
    const slots = sectionElement({ id: 'slots', title: words.slots, subtitle: words.slotsHow });
    const failures = sectionElement({ id: 'failures', title: words.failures });
    const incidents = sectionElement({ id: 'incidents', title: words.incidents });
    const runs = sectionElement({ id: 'runs', title: words.runs });
    into.append(
      durations.section,
      element('div', { class: 'columns' }, failures.section, forecast.section),
      slots.section,
      incidents.section,
      runs.section,
    );
    const answers: { slots?: Slots; failed?: Runs; incidents?: Incidents; runs?: Runs } = {};
    const filter = (): RunsFilter => RUNS_FILTERS.find((name) => name === of.query.get('status')) ?? 'all';
    const update = () => {
      const { view } = of;
      durations.update();
      forecast.body.replaceChildren(...forecastOf(view, jobNow()));
      if (answers.slots) {
        const { items } = answers.slots;
        slots.body.replaceChildren(
          items.length === 0 ? emptyElement(words.slotsNone, null) : slotStrip(view, items),
        );
      }
      if (answers.failed) {
        const { items } = answers.failed;
        failures.body.replaceChildren(
          items.length === 0 ? emptyElement(words.failuresNone, null) : failureList(view, items),
        );
      }
      if (answers.incidents) {
        const list = incidentsOfJob(of, jobNow().jobId, answers.incidents.items);
        incidents.body.replaceChildren(list ?? emptyElement(words.incidentsNone, null));
      }
      if (answers.runs) drawRuns(view, answers.runs, filter(), choose);
    };
    const choose = (name: RunsFilter) => {
      of.setQuery({ status: name === 'all' ? null : name });
      readRuns.refresh();
    };
    const nowMs = estateNowMs(of.view);
    const span = new URLSearchParams({
      jobId: String(jobNow().jobId),
      from: new Date(nowMs - SLOT_DAYS * DAY_MS).toISOString(),
      to: new Date(nowMs + DAY_MS).toISOString(),
      limit: '500',
    });
    of.read<Slots>({
      address: () => `/v1/slots?${span}`,
      topics: ['runs', 'expectations', 'incidents'],
      place: slots.body,
      onAnswer(answer) {
        answers.slots = answer;
        update();
      },
    });
    of.read<Runs>({
      address: () => `/v1/runs?jobId=${id}&status=failed&limit=50`,
      topics: ['runs'],
      place: failures.body,
      onAnswer(answer) {
        answers.failed = answer;
        update();
      },
    });
    of.read<Incidents>({
      address: () => `/v1/incidents?jobId=${id}&limit=50&findings=50`,
      topics: ['incidents'],
      place: incidents.body,
      onAnswer(answer) {
        answers.incidents = answer;
        update();
      },
    });
    const readRuns = of.read<Runs>({
      address: () => `/v1/runs?jobId=${id}&limit=60${filter() === 'all' ? '' : `&status=${filter()}`}`,
      topics: ['runs'],
      place: runs.body,
      onAnswer(answer) {
        answers.runs = answer;
        update();
      },
    });
    return { update, close: durations.close };
  }
}

function forecastOf(view: View, { forecast }: JobDetail): HTMLElement[] {
  const words = jobWords(view);
  if (forecast === null) return [emptyElement(words.forecastNone, words.forecastNoneHow)];
  const { cutoff, job } = forecast;
  const workflowId = `forecast/${cutoff.slice(0, 10)}`;
  const [, ...rest] = reasonsOf(view, { cutoff, workflowId, jobs: [job] }, job);
  return [element('div', { class: 'why panel' }, ...rest)];
}
