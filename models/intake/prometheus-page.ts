/** One number of a page: its name, its labels, its value. */
export interface PageSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** A page that is not in the exposition format. Trying again may help: servers restart. */
export class UnreadablePage extends Error {
  override name = 'UnreadablePage';
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))/;
const ESCAPED: Record<string, string> = { n: '\n', '"': '"', '\\': '\\' };
const WORDS: Record<string, number> = {
  '+Inf': Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

/**
 * Reads a page in Prometheus' text exposition format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Comments, types and time stamps are left out.
 *
 * @param wanted only samples of these names are kept
 * @throws UnreadablePage naming the line
 */
export function readPrometheusPage(page: string, wanted: ReadonlySet<string>): PageSample[] {
  const samples: PageSample[] = [];
  let number = 0;
  for (const line of page.split('\n')) {
    number++;
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const name = NAME.exec(text)?.[0];
    if (name === undefined) throw unreadable(number, text);
    if (!wanted.has(name)) continue;
    let rest = text.slice(name.length).trimStart();
    const labels: Record<string, string> = {};
    if (rest.startsWith('{')) {
      rest = rest.slice(1);
      for (let label = LABEL.exec(rest); label !== null; label = LABEL.exec(rest)) {
        labels[label[1]!] = label[2]!.replace(/\\(.)/g, (all, letter: string) => ESCAPED[letter] ?? all);
        rest = rest.slice(label[0].length);
      }
      rest = rest.trimStart();
      if (!rest.startsWith('}')) throw unreadable(number, text);
      rest = rest.slice(1).trimStart();
    }
    const word = rest.split(/\s+/, 1)[0]!;
    const value = WORDS[word] ?? (word === '' ? Number.NaN : Number(word));
    if (Number.isNaN(value) && word !== 'NaN') throw unreadable(number, text);
    samples.push({ name, labels, value });
  }
  return samples;
}

const unreadable = (line: number, text: string): UnreadablePage =>
  new UnreadablePage(
    `line ${line}: expected a sample such as name{label="value"} 1, found ${JSON.stringify(text.slice(0, 80))}`,
  );
