/** What a metric tells of a server, by its name; the word is the variant of its findings. */
export type MetricClass = 'cpu' | 'memory' | 'disk' | 'io' | 'load' | 'network' | 'other';

const IS_PERCENT = /percent|pct|(^|_)util(i[sz]ation)?(_|$)|usage/i;
const IS_IO = /io_?wait|wait_?io|(^|_)io(_|$)|disk.*(util|busy|queue|await|latency)|await/i;
const IS_DISK_LEVEL = /disk|filesystem|(^|_)fs(_|$)|volume/i;
/** Of a disk what is no fullness: its traffic, and what is left. */
const IS_DISK_OTHER = /free|avail|read|write|byte|inode/i;

export interface MetricKind {
  of: MetricClass;
  /** It tells 0 to 100, where 100 is the limit of the server. */
  isPercent: boolean;
}

/** `disk_used_percent` is a disk in percent, `disk_write_bytes` something else. */
export function kindOfMetric(metric: string): MetricKind {
  const isPercent = IS_PERCENT.test(metric) && !/idle|free|avail/i.test(metric);
  if (IS_IO.test(metric)) return { of: 'io', isPercent };
  if (/cpu|processor/i.test(metric)) return { of: 'cpu', isPercent };
  if (/mem|(^|_)ram(_|$)|swap/i.test(metric)) return { of: 'memory', isPercent };
  if (IS_DISK_LEVEL.test(metric) && !IS_DISK_OTHER.test(metric)) return { of: 'disk', isPercent };
  if (/(^|_)load/i.test(metric)) return { of: 'load', isPercent: false };
  if (/net|received|sent|(^|_)(rx|tx)(_|$)/i.test(metric)) return { of: 'network', isPercent: false };
  return { of: 'other', isPercent };
}
