import type { ColumnEvidence } from './column-evidence.ts';
import { MAX_DISTINCT } from './column-evidence.ts';
import type { InferredContract } from './infer-contract.ts';

/** What a proposed contract rests on, as comment lines for the file it is written to. */
export interface EvidenceLines {
  head: string[];
  /** In the order of the columns. */
  columns: string[][];
}

export function evidenceLines({ contract, evidence }: InferredContract): EvidenceLines {
  const { files, rows, freshness, missingFields, leftOut } = evidence;
  const head = [
    `Proposed from ${counted(files, 'file')}, ${counted(rows, 'row')}. Read it, correct it, then: smart-etl contract accept`,
    `freshness: ${freshness.because}`,
  ];
  if (missingFields.length > 0) {
    head.push(`No column was found for ${missingFields.join(', ')}: give one of them this field.`);
  }
  if (leftOut > 0) head.push(`Not described, for lack of a usable name: ${counted(leftOut, 'column')}.`);
  return {
    head,
    columns: contract.columns.map(({ name }) => columnLines(evidence.columns[name]!)),
  };
}

function columnLines({ files, rows, emptyShare, distinct, min, max, because, examples }: ColumnEvidence) {
  const values = `${distinct}${distinct >= MAX_DISTINCT ? ' or more' : ''} different`;
  const empty = emptyShare === 0 ? 'none empty' : `${percent(emptyShare)} empty`;
  const seen = [`${counted(files, 'file')}, ${counted(rows, 'row')}, ${empty}, ${values}`];
  if (min !== null) seen.push(`${min} to ${max}`);
  const lines = [seen.join(', '), because.join('; ')];
  if (examples.length > 0) lines.push(`such as ${examples.map(shown).join(', ')}`);
  return lines;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A share above nothing is never shown as nothing. */
const percent = (share: number): string => (share < 0.001 ? 'under 0.1%' : `${(share * 100).toFixed(1)}%`);

const shown = (text: string): string =>
  JSON.stringify((text.length > 40 ? `${text.slice(0, 39)}…` : text).replace(/\p{C}/gu, ' '));
