import { Document, isCollection, isScalar, LineCounter, parseDocument, visit, type YAMLSeq } from 'yaml';
import type { Contract } from '../models/contract/contract.ts';
import type { EvidenceLines } from '../models/contract/evidence-lines.ts';
import type { ContractProblem, ValidatedContract } from '../models/contract/validate-contract.ts';

/** The text is no contract. Trying again cannot help; the message has a line for each thing that is wrong. */
export class InvalidContract extends Error {
  override name = 'InvalidContract';
}

/** 500 columns with all that can be said of them stay below this. */
export const MAX_CONTRACT_BYTES = 512 * 1024;
/** Aliases are a convenience; more of them is a bomb. */
const MAX_ALIASES = 100;
const MAX_PROBLEMS_TOLD = 20;

/**
 * Reads a contract written as YAML (or JSON, which is YAML).
 *
 * @param where the name of the file, for the message
 * @param validate makes a contract of the value that the text means
 * @throws InvalidContract naming line, key, what was expected, what was found
 */
export function parseContract(
  text: string,
  where: string,
  validate: (value: unknown) => ValidatedContract,
): Contract {
  if (Buffer.byteLength(text) > MAX_CONTRACT_BYTES) {
    throw new InvalidContract(
      `${where}: expected at most ${MAX_CONTRACT_BYTES} bytes, found ${Buffer.byteLength(text)}`,
    );
  }
  const lines = new LineCounter();
  const document = parseYaml(text, where, lines);
  const [syntax] = document.errors;
  if (syntax) {
    throw new InvalidContract(`${where}: line ${lines.linePos(syntax.pos[0]).line}: ${syntax.message}`);
  }
  refuseRepeatedKeys(document, where, lines);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw new InvalidContract(`${where}: ${(error as Error).message}`);
  }
  const result = validate(value);
  if ('contract' in result) return result.contract;
  throw new InvalidContract(
    describeProblems(result.problems, where, (path) => lineOf(document, lines, path)),
  );
}

/** The reader recurses: a text of nothing but brackets ends the stack, and is no contract. */
function parseYaml(text: string, where: string, lineCounter: LineCounter): Document {
  try {
    // The library's own search for keys told twice takes the square of their number.
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  } catch (error) {
    throw new InvalidContract(`${where}: cannot be read as YAML: ${(error as Error).message}`);
  }
}

function refuseRepeatedKeys(document: Document, where: string, lines: LineCounter): void {
  visit(document, {
    Map(_, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) {
          const { line } = lines.linePos(key.range?.[0] ?? 0);
          throw new InvalidContract(
            `${where}: line ${line}: the key ${JSON.stringify(key.value)} is told twice`,
          );
        }
        keys.add(key.value);
      }
    },
  });
}

/** The line of a value; of one that is missing, the line of what should have it. */
function lineOf(document: Document, lines: LineCounter, path: ContractProblem['path']): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] | null } | null | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}

function describeProblems(
  problems: readonly ContractProblem[],
  file: string,
  line: (path: ContractProblem['path']) => number,
): string {
  const told = problems
    .slice(0, MAX_PROBLEMS_TOLD)
    .map(
      ({ path, where, expected, found }) =>
        `${file}: line ${line(path)}: ${where}: expected ${expected}, found ${found}`,
    );
  if (problems.length > told.length) told.push(`… and ${problems.length - told.length} more`);
  return told.join('\n');
}

/**
 * A contract as YAML.
 *
 * @param described as `describeContract` gives it
 * @param evidence comments, above the file and above each column
 */
export function contractYaml(described: object, evidence?: EvidenceLines): string {
  const document = new Document(described);
  if (evidence !== undefined) {
    document.commentBefore = comment(evidence.head);
    const columns = document.get('columns') as YAMLSeq;
    columns.items.forEach((item, at) => {
      if (isCollection(item)) item.commentBefore = comment(evidence.columns[at] ?? []);
    });
  }
  return document.toString({ lineWidth: 0 });
}

const comment = (lines: readonly string[]): string => lines.map((line) => ` ${line}`).join('\n');
