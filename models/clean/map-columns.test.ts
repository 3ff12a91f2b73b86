import { expect, test } from 'vitest';
import { mapColumns, plainName } from './map-columns.ts';
import { METRIC_COLUMNS } from './metric-columns.ts';
import { RUN_COLUMNS } from './run-columns.ts';

function mapped(header: string[]) {
  const columns = mapColumns(header, RUN_COLUMNS);
  if ('code' in columns) throw new Error(columns.detail);
  const fields = Object.entries(columns.indexOf).filter(([, index]) => index >= 0);
  return {
    fields: Object.fromEntries(fields.map(([field, index]) => [header[index], field])),
    extra: columns.extra,
  };
}

test('the normalized run CSV', () => {
  const header =
    'job_id,owner,run_id,started_at,duration_s,status,ended_at,known_at,host,rows_read,rows_written,expected_rows,error,query';
  expect(mapped(header.split(','))).toEqual({
    fields: {
      job_id: 'job',
      owner: 'owner',
      run_id: 'runKey',
      started_at: 'startedAt',
      duration_s: 'durationSeconds',
      status: 'status',
      ended_at: 'endedAt',
      known_at: 'knownAt',
      host: 'host',
      rows_read: 'rowsRead',
      rows_written: 'rowsWritten',
      expected_rows: 'expectedRows',
      error: 'error',
      query: 'query',
    },
    extra: [],
  });
});

test('French names, whatever their case, accents and spaces', () => {
  const header = [
    'NOM_JOB',
    'Date début',
    ' Date Fin',
    'État',
    'Durée (s)',
    'Lignes lues',
    'nb_lignes_écrites',
    'Serveur',
  ];
  expect(mapped(header).fields).toEqual({
    NOM_JOB: 'job',
    'Date début': 'startedAt',
    ' Date Fin': 'endedAt',
    État: 'status',
    'Durée (s)': 'durationSeconds',
    'Lignes lues': 'rowsRead',
    nb_lignes_écrites: 'rowsWritten',
    Serveur: 'host',
  });
});

test('the surest name wins, the other is kept as an extra column', () => {
  const { fields, extra } = mapped(['job_id', 'job_name', 'start', 'status', 'id']);
  expect(fields).toEqual({ job_name: 'job', start: 'startedAt', status: 'status', id: 'runKey' });
  expect(extra).toEqual([{ index: 0, name: 'job_id' }]);
});

test('extra columns without a name, with the same name, or with a dangerous one', () => {
  const { extra } = mapped(['job', 'start', 'status', '', 'a', 'a', '__proto__', 'status']);
  expect(extra.map(({ name }) => name)).toEqual(['column_4', 'a', 'a_6', 'column_7', 'status']);
});

test('names are written plain and lead to one field only', () => {
  for (const columns of [RUN_COLUMNS, METRIC_COLUMNS]) {
    const names = columns.flatMap((column) => column.names);
    expect(names).toEqual(names.map(plainName));
    expect(new Set(names).size).toBe(names.length);
  }
});
