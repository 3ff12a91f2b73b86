/**
 * Addresses of the page. All of them answer the same document, which then shows what its address names; the page's
 * table of routes has exactly these, or it does not compile.
 */
export const PAGE_PATHS = [
  '/',
  '/timeline',
  '/jobs',
  '/jobs/:id',
  '/incidents',
  '/incidents/:id',
  '/week',
  '/models',
  '/quality',
  '/reports',
  '/search',
] as const;

export type PagePath = (typeof PAGE_PATHS)[number];
