import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/longest-first.ts';

/** Two processors: more files at once only make each slower and the servers' answers later; one leaves one idle. */
const MAX_WORKERS = 2;

/** Two kinds of tests: those of functions, and those that talk to real servers, which are started once for all. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'functions',
          include: ['{dashboard,infra,models,scripts}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: MAX_WORKERS,
        },
      },
      {
        test: {
          name: 'servers',
          include: [
            '*.test.ts',
            '{activities,api,cli,db,services,stack,tests,worker,workflows}/**/*.test.ts',
          ],
          globalSetup: ['tests/servers.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: MAX_WORKERS,
        },
      },
    ],
  },
});
