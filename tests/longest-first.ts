import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take most of a minute or more, longest first: begun late, the last of them would leave a processor idle.
 * Those that read everything in the shared object store come before the others fill it.
 */
const LONGEST = [
  'activities/load/erase-owner.test.ts',
  'tests/pipeline.test.ts',
  'tests/chaos.test.ts',
  'activities/load/rebuild.test.ts',
  'tests/browser/every-page.test.ts',
  'tests/browser/newcomer-tour.test.ts',
  'tests/browser/page-acts.test.ts',
  'tests/browser/work-pages.test.ts',
  'tests/browser/page.test.ts',
  'cli/forecast/foreign-model.test.ts',
  'cli/forecast/promote.test.ts',
  'tests/mlops-chaos.test.ts',
  'tests/conformance.test.ts',
  'cli/forecast/registry.test.ts',
  'tests/racing-promotions.test.ts',
  'tests/bench.test.ts',
  'workflows/promotion.test.ts',
  'scripts/benchmarks/mlops.test.ts',
  'models/forecast/train-contestant.test.ts',
];

/** The servers' tests with the longest first, then those of functions, which are many and short. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rankOf = ({ moduleId, project }: TestSpecification): number => {
      const index = LONGEST.indexOf(path.relative(project.config.root, moduleId));
      if (index >= 0) return index;
      return project.name === 'servers' ? LONGEST.length : LONGEST.length + 1;
    };
    return sorted.sort((one, other) => rankOf(one) - rankOf(other));
  }
}
