import type { PagePath } from '../../api/page/page-paths.ts';
import type { Page } from '../page.ts';
import type { TextKey } from '../words.ts';

export interface Route {
  /** Fetches the page: the first load has only the page that is shown. */
  load: () => Promise<{ page: Page }>;
  /** How it is called in the navigation, and the letter that leads there after `g`. */
  navigation: { word: TextKey; letter: string } | null;
}

/** Every page, in the order of the navigation. */
export const ROUTES: Readonly<Record<PagePath, Route>> = {
  '/': { load: () => import('../pages/now.ts'), navigation: { word: 'navNow', letter: 'n' } },
  '/timeline': {
    load: () => import('../pages/timeline.ts'),
    navigation: { word: 'navTimeline', letter: 't' },
  },
  '/jobs': { load: () => import('../pages/jobs.ts'), navigation: { word: 'navJobs', letter: 'j' } },
  '/jobs/:id': { load: () => import('../pages/job.ts'), navigation: null },
  '/incidents': {
    load: () => import('../pages/incidents.ts'),
    navigation: { word: 'navIncidents', letter: 'i' },
  },
  '/incidents/:id': { load: () => import('../pages/incident.ts'), navigation: null },
  '/week': { load: () => import('../pages/week.ts'), navigation: { word: 'navWeek', letter: 'w' } },
  '/models': { load: () => import('../pages/models.ts'), navigation: { word: 'navModels', letter: 'm' } },
  '/quality': { load: () => import('../pages/quality.ts'), navigation: { word: 'navQuality', letter: 'q' } },
  '/reports': { load: () => import('../pages/reports.ts'), navigation: { word: 'navReports', letter: 'r' } },
  '/search': { load: () => import('../pages/search.ts'), navigation: { word: 'navSearch', letter: 's' } },
};
