import type { Contract, ContractColumn } from './contract.ts';
import { freshnessText } from './freshness.ts';

/** A contract as people write it, without what it need not say: what `validateContract` reads as this contract. */
export function describeContract(contract: Contract): object {
  const { version, kind, owner, freshnessMs, timeZone, extra, columns } = contract;
  return {
    version,
    kind,
    ...(owner !== null && { owner }),
    ...(freshnessMs !== null && { freshness: freshnessText(freshnessMs) }),
    ...(timeZone !== null && { timeZone }),
    extra,
    columns: columns.map(describeColumn),
  };
}

function describeColumn({ name, synonyms, field, type, required, key, enumeration, range }: ContractColumn) {
  const bound = (value: number) => (type === 'instant' ? new Date(value).toISOString() : value);
  return {
    name,
    ...(synonyms.length > 0 && { synonyms }),
    ...(field !== null && { field }),
    type,
    ...(required && { required }),
    ...(key && { key }),
    ...(enumeration !== null && { enumeration }),
    ...(range !== null && {
      range: {
        ...(range.min !== null && { min: bound(range.min) }),
        ...(range.max !== null && { max: bound(range.max) }),
      },
    }),
  };
}
