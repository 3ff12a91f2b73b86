import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { workflowBundle } from '../workflow-bundle.ts';

/**
 * Today's workflow code must do what the recorded ones did: a workflow that waits on a customer's server goes on
 * under the code that is deployed meanwhile. When this fails, the change needs a patch marker (`patched`), not a new
 * history.
 */
const folder = path.join(import.meta.dirname, 'histories');
const scenarios = readdirSync(folder).filter((file) => file.endsWith('.json'));

let bundle: Awaited<ReturnType<typeof workflowBundle>>;
beforeAll(async () => {
  bundle = await workflowBundle();
});

const historyOf = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as object;

describe('recorded histories replay', () => {
  it.each(scenarios)('%s', async (file) => {
    const history = historyFromJSON(historyOf(file));
    await expect(Worker.runReplayHistory({ workflowBundle: bundle }, history)).resolves.toBeUndefined();
  });

  it('and a history of another story does not', async () => {
    const text = JSON.stringify(historyOf('forecast-made.json')).replaceAll(
      '"makeForecast"',
      '"somethingElse"',
    );
    const history = historyFromJSON(JSON.parse(text));
    await expect(Worker.runReplayHistory({ workflowBundle: bundle }, history)).rejects.toThrow(
      /determinism/i,
    );
  });

  it('there is one for every workflow', () => {
    const types = scenarios.map((file) => {
      const { events } = historyOf(file) as {
        events: { workflowExecutionStartedEventAttributes: { workflowType: { name: string } } }[];
      };
      return events[0]!.workflowExecutionStartedEventAttributes.workflowType.name;
    });
    expect(new Set(types)).toEqual(
      new Set([
        'challengeImported',
        'collect',
        'collectEvents',
        'detect',
        'learn',
        'ingestFiles',
        'retrain',
        'promoteModel',
        'rollbackModel',
        'forecastWeek',
        'predict',
        'incident',
        'rerun',
        'pulse',
        'deliver',
        'testChannel',
        'report',
        'decideRecommendation',
        'trialModel',
        'overrideForecast',
        'monitorModel',
        'tagModel',
      ]),
    );
  });
});
