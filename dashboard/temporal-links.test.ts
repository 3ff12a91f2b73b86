import { expect, test } from 'vitest';
import { batchesOfSource, temporalHome, workflowOfId, workflowsOfType } from './temporal-links.ts';

const temporal = { uiUrl: 'http://127.0.0.1:8233/', namespace: 'data team' };

test('links name the namespace and carry the list filter', () => {
  expect(workflowsOfType(temporal, 'retrain')).toBe(
    'http://127.0.0.1:8233/namespaces/data%20team/workflows?query=WorkflowType%3D%22retrain%22',
  );
  expect(temporalHome(temporal)).toBe('http://127.0.0.1:8233/namespaces/data%20team/workflows');
});

test('nothing in a name can leave its quotes', () => {
  const query = new URL(workflowOfId(temporal, 'ingest/a" OR "1\\')).searchParams.get('query');
  expect(query).toBe('WorkflowId="ingest/a\\" OR \\"1\\\\"');
  const batches = new URL(batchesOfSource(temporal, 'a&b=c#d')).searchParams.get('query');
  expect(batches).toBe('WorkflowType="ingestFiles" AND WorkflowId STARTS_WITH "ingest/a&b=c#d/"');
});
