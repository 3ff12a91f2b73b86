import { trimmed } from './query.ts';
import { POSTGRES, type SourceReference } from './sources.ts';

/** A variable of a dashboard as Grafana writes it down. */
export type Variable = QueryVariable | ConstantVariable;

export interface QueryVariable {
  type: 'query';
  name: string;
  label: string;
  description: string;
  datasource: SourceReference;
  query: string;
  definition: string;
  /** 2: whenever the time shown changes. */
  refresh: 1 | 2;
  /** 0: as the query sorts them. */
  sort: 0;
  multi: boolean;
  includeAll: boolean;
  hide: 0;
}

export interface ConstantVariable {
  type: 'constant';
  name: string;
  label: string;
  query: string;
  current: { text: string; value: string; selected: boolean };
  options: { text: string; value: string; selected: boolean }[];
  skipUrlSync: true;
  /** Not shown. */
  hide: 2;
}

/** Something to choose from what the database knows: `__text` is shown, `__value` is used. */
export function choice(words: {
  name: string;
  label: string;
  description: string;
  sql: string;
  /** Several, or all. */
  several?: boolean;
}): QueryVariable {
  const { name, label, description, sql, several = false } = words;
  const query = trimmed(sql);
  return {
    ...{ type: 'query', name, label, description, datasource: POSTGRES, query, definition: query },
    ...{ refresh: 1, sort: 0, multi: several, includeAll: several, hide: 0 },
  };
}

/** An address that links of the dashboard begin with. */
export function constant(name: string, label: string, value: string): ConstantVariable {
  const only = { text: value, value, selected: true };
  return {
    ...{ type: 'constant', name, label, query: value, current: only, options: [only] },
    ...{ skipUrlSync: true, hide: 2 },
  };
}
