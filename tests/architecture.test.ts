import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');

interface Import {
  /** Path of the importing file, from the root. */
  file: string;
  /** Room and file inside the project, or the package. */
  target: string;
  isTypeOnly: boolean;
}

const sourcesIn = (room: string): string[] =>
  readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(room, file));

const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Static imports and re-exports; all of ours stand at the start of a line. */
function importsOf(file: string): Import[] {
  const statements = textOf(file).matchAll(/^(?:import|export)\s+(type\s+)?([^'";]*?from\s+)?'([^']+)';/gms);
  return [...statements].map(([, type, names, specifier]) => {
    const everyNameIsType =
      names !== undefined && /^\{(\s*type\s+[\w$ ]+,?)+\s*\}\s*from\s+$/s.test(names.trimStart());
    const target = specifier!.startsWith('.')
      ? path.relative(root, path.resolve(root, path.dirname(file), specifier!))
      : specifier!;
    return { file, target, isTypeOnly: type !== undefined || everyNameIsType };
  });
}

const roomOf = (target: string): string => target.split(path.sep)[0]!;
const isTest = (file: string): boolean => file.endsWith('.test.ts');
const isPackage = ({ target }: Import): boolean => !/\.ts$/.test(target);
const ROOMS = [
  'models',
  'workflows',
  'activities',
  'db',
  'services',
  'worker',
  'api',
  'cli',
  'stack',
  'infra',
  'scripts',
  'tests',
];

/** Which rooms a room may import; `types` only with `import type`. */
const ARROWS: Record<string, { values: string[]; types: string[] }> = {
  models: { values: ['models'], types: [] },
  workflows: { values: ['workflows', 'models'], types: ['activities'] },
  activities: { values: ['activities', 'models', 'db', 'services'], types: [] },
  // models/records is the vocabulary both sides share: statuses, digests.
  db: { values: ['db', 'config.ts', 'models/records'], types: ['models'] },
  services: { values: ['services'], types: ['models'] },
  api: {
    values: [
      'api',
      'db',
      'services',
      'config.ts',
      'workflows/names.ts',
      'models/events',
      'models/intake',
      'models/alerts/action-link.ts',
      // What a forecast is worth, worked out when it is asked for.
      'models/evaluation/calibration-bins.ts',
      'models/forecast/score-forecasts.ts',
      // What a report recommends, in words: they are kept as figures.
      'models/report/recommendation.ts',
      'models/report/recommendation-words.ts',
      'models/report/writer.ts',
      'models/forecast/watch-acts.ts',
      // What a person may say, refused before anything is started.
      'models/promotion/override-refusal.ts',
      // The words of findings and incidents: the same in the API as in the tables.
      'models/detect/finding.ts',
      'models/detect/incidents/incident.ts',
      // The same words and bands as everywhere: nothing is learned here.
      'models/detect/baselines/normal-band.ts',
      'models/detect/schedule/schedule-text.ts',
      'models/alerts/score-card.ts',
      'models/forecast/forecast-cutoff.ts',
      'models/registry',
      // The words of what moved.
      'models/monitoring/describe-drift.ts',
    ],
    types: ['models'],
  },
  stack: { values: ['stack', 'config.ts', 'workflows/names.ts'], types: [] },
  // Dashboards and rules take their limits from the rules of the system.
  infra: { values: ['infra', 'models', 'workflows/names.ts', 'db/earlier.ts'], types: [] },
  cli: {
    values: [
      'cli',
      'db',
      'services',
      'stack',
      'config.ts',
      'workflows/names.ts',
      // What reads and forecasts files on the spot, where no server is.
      'models/clean',
      'models/records',
      'models/detect/job-overrides.ts',
      'models/detect/replay',
      'models/forecast/backtest.ts',
      'models/forecast/imported-model.ts',
      'models/forecast/prepare-training.ts',
      'models/forecast/snapshot.ts',
      'models/forecast/training-matrix.ts',
      // A version is trained again on the spot.
      'models/forecast/test-imported.ts',
      'models/forecast/test-predictions.ts',
      'models/forecast/train-contestant.ts',
      'models/registry',
      'models/features/holiday-calendar.ts',
      'models/features/registry.ts',
      'models/estate',
      // The words of what moved.
      'models/monitoring/describe-drift.ts',
      // The words of a forecast: the same on the terminal as in the mail.
      'models/alerts/forecast-words.ts',
      'models/alerts/message.ts',
      'models/forecast/watch-acts.ts',
      'models/promotion/override-refusal.ts',
      'models/contract',
      // A declared schedule shows its slots at once.
      'models/detect/schedule',
      'models/events',
      'models/intake',
      'models/onnx',
      // What the doctor calls unsafe.
      'models/safety',
    ],
    types: ['workflows', 'models'],
  },
};

describe('imports', () => {
  it.each(Object.entries(ARROWS))('of %s/ follow the arrows', (room, { values, types }) => {
    const allowed = (target: string, places: string[]) =>
      places.some((place) => target === place || target.startsWith(`${place}/`));
    const wrong = sourcesIn(room)
      .filter((file) => !isTest(file))
      .flatMap(importsOf)
      .filter((one) => !isPackage(one))
      .filter(({ target, isTypeOnly }) => !allowed(target, values) && !(isTypeOnly && allowed(target, types)))
      .map(({ file, target }) => `${file} -> ${target}`);
    expect(wrong).toEqual([]);
  });

  it('of worker/ and scripts/ are of nobody else', () => {
    const wrong = ROOMS.filter((room) => !['worker', 'tests', 'scripts'].includes(room))
      .flatMap(sourcesIn)
      .filter((file) => !isTest(file))
      .flatMap(importsOf)
      .filter(
        ({ target, isTypeOnly }) => ['worker', 'scripts', 'tests'].includes(roomOf(target)) && !isTypeOnly,
      )
      .map(({ file, target }) => `${file} -> ${target}`);
    expect(wrong).toEqual([]);
  });

  it('of the activities in workflows/ are types: else the workflow bundle holds a database driver', () => {
    const wrong = sourcesIn('workflows')
      .filter((file) => !isTest(file))
      .flatMap(importsOf)
      .filter(({ target, isTypeOnly }) => roomOf(target) === 'activities' && !isTypeOnly);
    expect(wrong).toEqual([]);
  });
});

describe('models/ is pure', () => {
  const sources = sourcesIn('models').filter((file) => !isTest(file));

  it('it imports nothing but itself and packages that compute', () => {
    const packages = new Set(
      sources
        .flatMap(importsOf)
        .filter(isPackage)
        .map(({ target }) => target),
    );
    const builtin = [...packages].filter((name) => name.startsWith('node:') || builtinModules.includes(name));
    expect(builtin).toEqual([]);
    const computing = ['croner', 'date-holidays', 'ml-matrix', 'ml-random-forest', 'simple-statistics'];
    expect([...packages].filter((name) => !computing.includes(name))).toEqual([]);
  });

  it('it reads no clock, no chance, no environment', () => {
    const impure =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bprocess\.|\bperformance\.now\b|\bsetTimeout\b|\bfetch\(/;
    const wrong = sources.flatMap((file) =>
      textOf(file)
        .split('\n')
        .flatMap((line, index) =>
          impure.test(line.replace(/\/\/.*|^\s*\*.*|\/\*.*/, ''))
            ? [`${file}:${index + 1}: ${line.trim()}`]
            : [],
        ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the house', () => {
  it('has one reader of the environment', () => {
    // stack/environment.ts hands the environment on to children; tests and tools of development are free.
    const readers = ['models', 'workflows', 'activities', 'db', 'services', 'worker', 'api', 'cli', 'stack']
      .flatMap(sourcesIn)
      .filter((file) => !isTest(file) && /\bprocess\.env\b/.test(textOf(file)));
    expect(readers).toEqual(['stack/environment.ts']);
  });

  it('has one way to Temporal, so that all that passes is encrypted, or none', () => {
    const openers = ['workflows', 'activities', 'db', 'services', 'worker', 'api', 'cli', 'stack']
      .flatMap(sourcesIn)
      .filter((file) => !isTest(file) && /\b(Native)?Connection\.(connect|lazy)\(/.test(textOf(file)));
    // The worker's is of a kind of its own, with the same options.
    expect(openers.sort()).toEqual([
      // Sees whether Temporal answers in the clear, and says nothing to it.
      'cli/safety/look-at-safety.ts',
      'services/temporal-link.ts',
      'worker/main.ts',
    ]);
    expect(textOf('worker/main.ts')).toMatch(
      /connectionOptionsOf\(config\).*NativeConnection\.connect\(options\)/,
    );
    const clients = ['worker', 'api', 'cli', 'stack', 'services']
      .flatMap(sourcesIn)
      .filter((file) => !isTest(file))
      .filter((file) => importsOf(file).some(({ target }) => target === '@temporalio/client'))
      .filter((file) => /\bnew (Workflow)?Client\(/.test(textOf(file)));
    expect(clients).toEqual(['services/temporal-link.ts']);
  });

  it('has no room called utils', () => {
    const names = ROOMS.flatMap(sourcesIn).filter((file) =>
      /(^|\/)(utils?|helpers?|common|misc|manager)[./]/.test(file),
    );
    expect(names).toEqual([]);
  });
});
