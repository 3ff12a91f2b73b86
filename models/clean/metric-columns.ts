import type { ColumnDefinition, ColumnMap } from './map-columns.ts';

export type MetricField = 'host' | 'metric' | 'ts' | 'value';
export type MetricColumns = ColumnMap<MetricField>;

/** The columns of a file of server metrics, one sample per row. */
export const METRIC_COLUMNS: readonly ColumnDefinition<MetricField>[] = [
  {
    field: 'host',
    required: true,
    names:
      'host hostname server servername serveur nomserveur machine node noeud hote nomhote instance'.split(
        ' ',
      ),
  },
  {
    field: 'metric',
    required: true,
    names:
      'metric metricname metrique nommetrique indicateur nomindicateur counter compteur series measurement'.split(
        ' ',
      ),
  },
  {
    field: 'ts',
    required: true,
    names:
      'ts timestamp time datetime instant measuredat sampledat recordedat horodatage dateheure heure date'.split(
        ' ',
      ),
  },
  { field: 'value', required: true, names: 'value metricvalue val valeur mesure'.split(' ') },
];
