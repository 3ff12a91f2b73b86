import type { PageSample } from './prometheus-page.ts';

/** What is read of a page of node_exporter (https://github.com/prometheus/node_exporter). */
export const NODE_METRICS: ReadonlySet<string> = new Set([
  'node_cpu_seconds_total',
  'node_memory_MemTotal_bytes',
  'node_memory_MemAvailable_bytes',
  'node_filesystem_size_bytes',
  'node_filesystem_avail_bytes',
  'node_load1',
  'node_network_receive_bytes_total',
  'node_network_transmit_bytes_total',
]);

/** The sums of a page that only grow; their differences are rates. A sum that a page does not tell is not there. */
export interface NodeCounters {
  cpuSeconds?: number;
  cpuIdleSeconds?: number;
  cpuWaitSeconds?: number;
  receivedBytes?: number;
  sentBytes?: number;
  /** How many numbers the sums are of: other processors or interfaces make other sums. */
  series?: number;
}

export interface NodeReading {
  /** metric → value; percents from 0 to 100. */
  gauges: Record<string, number>;
  counters: NodeCounters;
}

/** File systems that hold no data of their own. */
const VIRTUAL =
  /^(tmpfs|ramfs|overlay|squashfs|iso9660|proc|sysfs|devtmpfs|fuse\..*|nsfs|autofs|efivarfs|cgroup2?)$/;
/** Interfaces whose bytes are counted again on another one. */
const INNER = /^(lo|docker\d*|br-.*|veth.*|virbr.*|cni.*|flannel.*|cali.*)$/;

/** What a page tells now, under the names of our metrics, and the counters for the next one. */
export function readNodePage(samples: readonly PageSample[]): NodeReading {
  const counters: NodeCounters = {};
  const add = (key: keyof NodeCounters, value: number) => {
    counters[key] = (counters[key] ?? 0) + value;
  };
  const single = new Map<string, number>();
  const disks = new Map<string, { size?: number; available?: number }>();
  for (const { name, labels, value } of samples) {
    if (!Number.isFinite(value)) continue;
    if (name === 'node_cpu_seconds_total') {
      // Time of guests is in that of the user already: node_exporter tells it under another name.
      add('series', 1);
      add('cpuSeconds', value);
      add('cpuIdleSeconds', labels.mode === 'idle' ? value : 0);
      add('cpuWaitSeconds', labels.mode === 'iowait' ? value : 0);
    } else if (name.startsWith('node_network_')) {
      if (INNER.test(labels.device ?? '')) continue;
      add('series', 1);
      add(name === 'node_network_receive_bytes_total' ? 'receivedBytes' : 'sentBytes', value);
    } else if (name.startsWith('node_filesystem_')) {
      if (VIRTUAL.test(labels.fstype ?? '')) continue;
      const disk = disks.get(labels.mountpoint ?? '') ?? {};
      if (name === 'node_filesystem_size_bytes') disk.size = value;
      else disk.available = value;
      disks.set(labels.mountpoint ?? '', disk);
    } else single.set(name, value);
  }
  return { gauges: gaugesOf(single, disks), counters };
}

function gaugesOf(
  single: ReadonlyMap<string, number>,
  disks: ReadonlyMap<string, { size?: number; available?: number }>,
): Record<string, number> {
  const gauges: Record<string, number> = {};
  const total = single.get('node_memory_MemTotal_bytes');
  const available = single.get('node_memory_MemAvailable_bytes');
  if (total !== undefined && available !== undefined && total > 0) {
    gauges.memory_percent = percent(1 - available / total);
  }
  const load = single.get('node_load1');
  if (load !== undefined) gauges.load_1m = load;
  // The fullest disk is the one that stops a job.
  for (const { size, available: free } of disks.values()) {
    if (size === undefined || free === undefined || size <= 0) continue;
    gauges.disk_used_percent = Math.max(gauges.disk_used_percent ?? 0, percent(1 - free / size));
  }
  return gauges;
}

/**
 * Rates between two pages of a server; none when a counter went back (it restarted) or the sums are of other
 * processors and interfaces.
 *
 * @param seconds between the two
 */
export function ratesOf(before: NodeCounters, now: NodeCounters, seconds: number): Record<string, number> {
  const keys = Object.keys(now) as (keyof NodeCounters)[];
  if (seconds <= 0 || now.series !== before.series || keys.some((key) => now[key]! < (before[key] ?? 0)))
    return {};
  const difference = (key: keyof NodeCounters) => now[key]! - before[key]!;
  const rates: Record<string, number> = {};
  const perSecond = (metric: string, key: 'receivedBytes' | 'sentBytes') => {
    if (now[key] !== undefined && before[key] !== undefined) rates[metric] = difference(key) / seconds;
  };
  perSecond('network_received_bytes_per_second', 'receivedBytes');
  perSecond('network_sent_bytes_per_second', 'sentBytes');
  if (now.cpuSeconds !== undefined && before.cpuSeconds !== undefined && difference('cpuSeconds') > 0) {
    const cpu = difference('cpuSeconds');
    rates.cpu_percent = percent(1 - (difference('cpuIdleSeconds') + difference('cpuWaitSeconds')) / cpu);
    rates.io_wait_percent = percent(difference('cpuWaitSeconds') / cpu);
  }
  return rates;
}

/** Two decimals are all that a percentage of a server is good for. */
const percent = (share: number): number => Math.round(1e4 * Math.min(1, Math.max(0, share))) / 100;
