import { expect, test } from 'vitest';
import { matchPath } from './match-path.ts';

const PATHS = ['/', '/jobs', '/jobs/:id'] as const;

test('a path is that of one page, with what it names', () => {
  expect(matchPath(PATHS, '/')).toEqual({ path: '/', params: {} });
  expect(matchPath(PATHS, '/jobs')).toEqual({ path: '/jobs', params: {} });
  expect(matchPath(PATHS, '/jobs/12')).toEqual({ path: '/jobs/:id', params: { id: '12' } });
  expect(matchPath(PATHS, '/jobs/a%2Fb%20c')).toEqual({ path: '/jobs/:id', params: { id: 'a/b c' } });
});

test('what is no page is none, whatever stands in it', () => {
  for (const path of ['', '/job', '/jobs/', '/jobs/1/2', '//', '/jobs/%E0%A4%A']) {
    expect(matchPath(PATHS, path)).toBeNull();
  }
});
