import type { ErrorFamilyFigure } from '../error-families.ts';
import type { ReportFigures } from '../figures.ts';
import type { ForecastCard } from '../forecast-card.ts';
import type { MeasuredRecommendation } from '../measure-earlier.ts';
import type { Period } from '../period.ts';
import type { QueryCost } from '../query-costs.ts';
import type { Recommendation } from '../recommendation.ts';
import type { Writer } from '../writer.ts';

/** What the sections tell of: the figures, and what follows from them. */
export interface ReportSubject {
  figures: ReportFigures;
  period: Period;
  writer: Writer;
}

/** Computed once for all sections that tell of it. */
export interface Findings {
  families: readonly ErrorFamilyFigure[];
  queries: readonly QueryCost[];
  forecast: ForecastCard;
  recommendations: readonly Recommendation[];
  earlier: readonly MeasuredRecommendation[];
  /** Names of jobs as people know them: without the namespace where there is one only. */
  nameOf: (job: string) => string;
  nameOfId: (jobId: number) => string;
}
