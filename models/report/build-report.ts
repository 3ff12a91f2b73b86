import type { Language } from '../alerts/message.ts';
import type { ReportDocument } from './document.ts';
import { errorFamilies } from './error-families.ts';
import type { ReportFigures } from './figures.ts';
import { forecastCard } from './forecast-card.ts';
import { type MeasuredRecommendation, measureEarlier } from './measure-earlier.ts';
import type { Period } from './period.ts';
import { queryCosts } from './query-costs.ts';
import { recommend } from './recommend.ts';
import type { Recommendation } from './recommendation.ts';
import { annexes, methodSection, type Statement } from './sections/annexes.ts';
import { courseSection } from './sections/course.ts';
import { jobsSection } from './sections/jobs.ts';
import { forecastSection, qualitySection } from './sections/quality.ts';
import { recommendationsSection } from './sections/recommendations.ts';
import { serversSection } from './sections/servers.ts';
import type { Findings } from './sections/subject.ts';
import { summarySection } from './sections/summary.ts';
import { createWriter } from './writer.ts';

export interface ReportInput {
  figures: ReportFigures;
  period: Period;
  asOfMs: number;
  timeZone: string;
  language: Language;
  /** As they were run, with what was asked for. */
  statements: readonly Statement[];
  parameters: Readonly<Record<string, string>>;
}

export interface BuiltReport {
  document: ReportDocument;
  recommendations: readonly Recommendation[];
  earlier: readonly MeasuredRecommendation[];
  headline: ReportHeadline;
}

/** The figures of the summary, for lists of reports and the mail about one. */
export interface ReportHeadline {
  jobs: number;
  runs: number;
  failed: number;
  hours: number;
  lostHours: number;
  incidents: number;
}

/** Writes the report. The same figures give the same document. */
export function buildReport(input: ReportInput): BuiltReport {
  const { figures, period, asOfMs, timeZone, language, statements, parameters } = input;
  const writer = createWriter(language);
  const { say } = writer;
  const recommendations = recommend(figures, period.days);
  const earlier = measureEarlier(figures, period.days);
  const nameOf = namesWithin(figures);
  const jobs = new Map(figures.jobs.map(({ jobId, job }) => [jobId, job]));
  const findings: Findings = {
    families: errorFamilies(figures.errors),
    queries: queryCosts(figures.queries),
    forecast: forecastCard(figures.forecasts),
    recommendations,
    earlier,
    nameOf,
    nameOfId: (jobId) => nameOf(jobs.get(jobId) ?? String(jobId)),
  };
  const subject = { figures, period, writer };
  const name = periodName(period, language);
  const asOf = instantIn(asOfMs, timeZone, language);
  const title = say(`ETL report: ${name}`, `Rapport ETL : ${name}`);
  return {
    document: {
      language,
      title,
      subtitle: say(
        `${dayIn(period.fromMs, timeZone, language)} to ${dayIn(period.toMs - 1, timeZone, language)}, clock of ${timeZone}; as known on ${asOf}`,
        `Du ${dayIn(period.fromMs, timeZone, language)} au ${dayIn(period.toMs - 1, timeZone, language)}, heure de ${timeZone} ; état connu le ${asOf}`,
      ),
      footer: title,
      contentsTitle: say('Contents', 'Sommaire'),
      figureWord: say('Chart', 'Graphique'),
      tableWord: say('Table', 'Tableau'),
      sourceWord: say('annex A:', 'annexe A :'),
      summary: summarySection(subject, findings),
      body: [
        ...recommendationsSection(subject, findings),
        ...courseSection(subject),
        ...jobsSection(subject, findings),
        ...serversSection(subject, findings),
        ...qualitySection(subject, findings),
        ...forecastSection(subject, findings),
        ...methodSection(subject, asOf, timeZone),
        ...annexes(subject, findings, statements, parameters),
      ],
    },
    recommendations,
    earlier,
    headline: headlineOf(figures),
  };
}

function headlineOf(figures: ReportFigures): ReportHeadline {
  const now = figures.totals.find(({ inPeriod }) => inPeriod);
  return {
    jobs: now?.jobs ?? 0,
    runs: now?.runs ?? 0,
    failed: now?.failed ?? 0,
    hours: now?.hours ?? 0,
    lostHours: now?.lostHours ?? 0,
    incidents: figures.incidents.reduce((sum, { opened }) => sum + opened, 0),
  };
}

/** Names without their namespace, where all jobs are of one. */
function namesWithin(figures: ReportFigures): (job: string) => string {
  const namespaces = new Set(figures.jobs.map(({ job }) => job.slice(0, job.indexOf('/') + 1)));
  const [only] = namespaces;
  return namespaces.size === 1 && only !== undefined
    ? (job) => (job.startsWith(only) ? job.slice(only.length) : job)
    : (job) => job;
}

/** `October 2026`, `3rd quarter 2026`, `2026`. */
export function periodName({ id, kind }: Pick<Period, 'id' | 'kind'>, language: Language): string {
  if (kind === 'year') return id;
  if (kind === 'quarter') {
    const n = Number(id.slice(-1));
    const year = id.slice(0, 4);
    if (language === 'fr') return `${n === 1 ? '1er' : `${n}e`} trimestre ${year}`;
    return `${['1st', '2nd', '3rd', '4th'][n - 1]} quarter ${year}`;
  }
  return new Intl.DateTimeFormat(language === 'fr' ? 'fr' : 'en-GB', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${id}-01`));
}

const dayIn = (epochMs: number, timeZone: string, language: Language): string =>
  dateIn(epochMs, timeZone, language, {});

const instantIn = (epochMs: number, timeZone: string, language: Language): string =>
  dateIn(epochMs, timeZone, language, { hour: '2-digit', minute: '2-digit' });

function dateIn(
  epochMs: number,
  timeZone: string,
  language: Language,
  more: Intl.DateTimeFormatOptions,
): string {
  const format = new Intl.DateTimeFormat(language === 'fr' ? 'fr' : 'en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
    ...more,
  });
  const text = format.format(new Date(epochMs));
  return language === 'fr' ? text.replace(/^1 /, '1er ') : text;
}
