import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../workflows/names.ts';

/** Code of a keyword in temporal.api.enums.v1.IndexedValueType. */
const KEYWORD = 2;

/** Registers the search attributes that the namespace lacks. */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = SEARCH_ATTRIBUTES.filter((name) => !(name in customAttributes));
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
  });
}
