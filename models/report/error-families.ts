import { errorTemplate } from '../features/error-family.ts';
import type { ErrorRow } from './figures.ts';

/** Errors that differ in numbers, names and paths only. */
export interface ErrorFamilyFigure {
  /** `*` where the errors differ; '' where no text was told. */
  template: string;
  runs: number;
  /** In the period before. */
  runsBefore: number;
  /** With failures in the period. */
  jobIds: number[];
  lostHours: number;
}

/** Families by their failures in the period, most first; those with none in it are at the end. */
export function errorFamilies(rows: readonly ErrorRow[]): ErrorFamilyFigure[] {
  const families = new Map<string, ErrorFamilyFigure & { jobs: Set<number> }>();
  for (const { error, jobId, runs, inPeriod, lostHours } of rows) {
    const template = errorTemplate(error);
    let family = families.get(template);
    if (family === undefined) {
      family = { template, runs: 0, runsBefore: 0, jobIds: [], lostHours: 0, jobs: new Set() };
      families.set(template, family);
    }
    family.runs += inPeriod;
    family.runsBefore += runs - inPeriod;
    family.lostHours += lostHours;
    if (inPeriod > 0) family.jobs.add(jobId);
  }
  return [...families.values()]
    .map(({ jobs, ...family }) => ({ ...family, jobIds: [...jobs].toSorted((a, b) => a - b) }))
    .toSorted((a, b) => b.runs - a.runs || (a.template < b.template ? -1 : 1));
}
