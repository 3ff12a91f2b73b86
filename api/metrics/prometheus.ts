/**
 * Counters, gauges and histograms as text that Prometheus reads
 * (https://prometheus.io/docs/instrumenting/exposition_formats/).
 */
type Labels = Readonly<Record<string, string>>;

export interface Sample {
  labels?: Labels;
  value: number;
}

/** A family of samples of one name; `help` is a sentence without its full stop. */
export interface Family {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  samples: readonly (Sample & { suffix?: string })[];
}

/** The text of families; those without a sample are left out. */
export function prometheusText(families: readonly Family[]): string {
  const lines: string[] = [];
  for (const { name, help, type, samples } of families) {
    if (samples.length === 0) continue;
    lines.push(`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`);
    for (const { suffix = '', labels, value } of samples) {
      lines.push(`${name}${suffix}${labelText(labels)} ${numberText(value)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function labelText(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const numberText = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);

/** Counts by labels. */
export class Counter {
  readonly #counts = new Map<string, { labels: Labels; value: number }>();

  add(labels: Labels): void {
    const key = JSON.stringify(labels);
    const entry = this.#counts.get(key) ?? { labels, value: 0 };
    entry.value++;
    this.#counts.set(key, entry);
  }

  samples(): Sample[] {
    return [...this.#counts.values()];
  }
}

/** How many values were at most each bound, by labels. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { labels: Labels; counts: number[]; sum: number }>();

  /** @param bounds ascending, without the infinite one */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  observe(labels: Labels, value: number): void {
    const key = JSON.stringify(labels);
    const entry = this.#series.get(key) ?? {
      labels,
      counts: new Array<number>(this.#bounds.length + 1).fill(0),
      sum: 0,
    };
    const place = this.#bounds.findIndex((bound) => value <= bound);
    entry.counts[place < 0 ? this.#bounds.length : place]!++;
    entry.sum += value;
    this.#series.set(key, entry);
  }

  samples(): Family['samples'] {
    return [...this.#series.values()].flatMap(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, i) => {
        total += count;
        const le = numberText(this.#bounds[i] ?? Number.POSITIVE_INFINITY);
        return { suffix: '_bucket', labels: { ...labels, le }, value: total };
      });
      return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: total }];
    });
  }
}
