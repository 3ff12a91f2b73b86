/** One thing a table may tell, and the names people give it. */
export interface ColumnDefinition<Field extends string> {
  field: Field;
  required: boolean;
  /** As `plainName` writes them; the first that a header has is taken. */
  names: readonly string[];
}

export interface ColumnMap<Field extends string> {
  /** The header as written. */
  header: string[];
  /** Position of each known column; -1 when the file has none. */
  indexOf: Record<Field, number>;
  /** The columns nobody knows, and the name their values are kept under. */
  extra: Array<{ index: number; name: string }>;
}

/** Why a whole file is refused: one clear sentence of what was expected and found. */
export interface FileRefusal {
  code: 'empty-file' | 'not-csv' | 'missing-columns';
  detail: string;
}

/** `Début d'exécution`, `DEBUT_D_EXECUTION` → `debutdexecution`. */
export function plainName(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Which definition each name is of; kept, because it is asked for every line that may be a header. */
const DEFINITION_OF_NAME = new WeakMap<readonly ColumnDefinition<string>[], ReadonlyMap<string, number[]>>();

function definitionOfName(definitions: readonly ColumnDefinition<string>[]): ReadonlyMap<string, number[]> {
  const kept = DEFINITION_OF_NAME.get(definitions);
  if (kept !== undefined) return kept;
  const found = new Map<string, number[]>();
  definitions.forEach(({ names }, index) => {
    for (const name of names) found.set(name, [...(found.get(name) ?? []), index]);
  });
  DEFINITION_OF_NAME.set(definitions, found);
  return found;
}

/** How many names of a header are known. */
export function countKnown<Field extends string>(
  header: readonly string[],
  definitions: readonly ColumnDefinition<Field>[],
): number {
  const definitionOf = definitionOfName(definitions);
  return new Set(header.flatMap((name) => definitionOf.get(plainName(name)) ?? [])).size;
}

/** Finds the columns by name; case, accents, spaces and punctuation do not count. */
export function mapColumns<Field extends string>(
  header: readonly string[],
  definitions: readonly ColumnDefinition<Field>[],
): ColumnMap<Field> | FileRefusal {
  const plain = header.map(plainName);
  const indexOf = {} as Record<Field, number>;
  const taken = new Set<number>();
  for (const { field, names } of definitions) {
    const name = names.find((candidate) => plain.includes(candidate));
    indexOf[field] = name === undefined ? -1 : plain.indexOf(name);
    if (name !== undefined) taken.add(indexOf[field]);
  }
  const missing = definitions.filter(({ field, required }) => required && indexOf[field] < 0);
  if (missing.length > 0) {
    const wanted = missing.map(
      ({ field, names }) => `${field} (for example ${names.slice(0, 3).join(', ')})`,
    );
    const shown = header.slice(0, 40).map((name) => JSON.stringify(name.slice(0, 60)));
    return {
      code: 'missing-columns',
      detail: `header: expected a column for ${wanted.join(' and ')}, found ${shown.join(', ')}`,
    };
  }
  return { header: [...header], indexOf, extra: extraColumns(header, taken) };
}

/** A column without a usable name is called by its place; a name used twice gets its place added. */
function extraColumns(header: readonly string[], taken: ReadonlySet<number>): ColumnMap<string>['extra'] {
  const used = new Set<string>();
  const extra: ColumnMap<string>['extra'] = [];
  header.forEach((written, index) => {
    if (taken.has(index)) return;
    let name = written.replace(/\p{C}/gu, '').trim().slice(0, 100);
    // `__proto__` as a key would change the object instead of being kept in it.
    if (name === '' || name === '__proto__') name = `column_${index + 1}`;
    while (used.has(name)) name = `${name}_${index + 1}`;
    used.add(name);
    extra.push({ index, name });
  });
  return extra;
}
