import { InvalidArgumentError } from 'commander';

/** The value of an option that is a whole number. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError(`expected a whole number, found "${text}"`);
  return value;
}
