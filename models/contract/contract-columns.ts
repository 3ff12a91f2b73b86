import { type ColumnDefinition, plainName } from '../clean/map-columns.ts';
import { type Contract, fieldsOf, namesOf } from './contract.ts';

/** The columns of a source as its contract names them: what it does not name has no meaning. */
export function definitionsOf(contract: Contract): ColumnDefinition<string>[] {
  return fieldsOf(contract.kind).map(({ field, required }) => {
    const column = contract.columns.find((candidate) => candidate.field === field);
    const names = column === undefined ? [] : namesOf(column).map(plainName);
    return { field, required: required || (column?.required ?? false), names };
  });
}

/** The same and the columns that are kept without a meaning: all names by which a header can be told. */
export function knownDefinitionsOf(contract: Contract): ColumnDefinition<string>[] {
  const others = contract.columns.filter(({ field }) => field === null);
  return [
    ...definitionsOf(contract),
    ...others.map((column) => ({
      field: column.name,
      required: column.required,
      names: namesOf(column).map(plainName),
    })),
  ];
}

/** Where each column of the contract is in a header, in the contract's order; -1 when it is not there. */
export function locateColumns(contract: Contract, header: readonly string[]): number[] {
  const plain = header.map(plainName);
  return contract.columns.map((column) => {
    const name = namesOf(column)
      .map(plainName)
      .find((candidate) => plain.includes(candidate));
    return name === undefined ? -1 : plain.indexOf(name);
  });
}
