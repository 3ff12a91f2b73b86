import type { Random } from '../random.ts';
import type { MetricSample } from '../records/run.ts';
import type { CalendarDay } from './calendar.ts';
import { DAY_MS } from './options.ts';
import { diskAt, type Phase, type Server, type ServerDay } from './server.ts';

/** Every 20 minutes: four metrics of 8 servers over 180 days make 414,720 samples. */
export const SAMPLE_MINUTES = 20;
const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = DAY_MS / MINUTE_MS;
const SAMPLE_MS = SAMPLE_MINUTES * MINUTE_MS;
const SAMPLES_PER_DAY = DAY_MS / SAMPLE_MS;

/** The load one run puts on its server. */
export interface LoadSpan {
  host: number;
  startedAt: number;
  endedAt: number;
  cpuPercent: number;
  memoryPercent: number;
}

const IO_WAIT: Record<Phase, number> = { healthy: 1, degrading: 2.6, trouble: 6 };

/**
 * The day's samples of one server, each about the 20 minutes before its instant and the runs that really were
 * under way: the mean of the processor and of waiting for disks, the highest of memory, the last of disk use.
 */
export function serverSamples(
  random: Random,
  server: Server,
  plan: ServerDay,
  day: CalendarDay,
  spans: readonly LoadSpan[],
): MetricSample[] {
  const cpu = new Float64Array(SAMPLES_PER_DAY);
  const memory = new Float64Array(MINUTES_PER_DAY);
  for (const span of spans) {
    const from = Math.max(0, span.startedAt - day.startMs);
    const until = Math.min(DAY_MS, span.endedAt - day.startMs);
    for (let bucket = Math.floor(from / SAMPLE_MS); bucket * SAMPLE_MS < until; bucket++) {
      const overlap = Math.min(until, (bucket + 1) * SAMPLE_MS) - Math.max(from, bucket * SAMPLE_MS);
      cpu[bucket]! += (span.cpuPercent * overlap) / SAMPLE_MS;
    }
    const lastMinute = Math.min(MINUTES_PER_DAY - 1, Math.floor(until / MINUTE_MS));
    for (let minute = Math.floor(from / MINUTE_MS); minute <= lastMinute; minute++) {
      memory[minute]! += span.memoryPercent;
    }
  }
  const samples: MetricSample[] = [];
  for (let bucket = 0; bucket < SAMPLES_PER_DAY; bucket++) {
    const ts = day.startMs + (bucket + 1) * SAMPLE_MS;
    const minutes = memory.subarray(bucket * SAMPLE_MINUTES, (bucket + 1) * SAMPLE_MINUTES);
    const busy = 1 - Math.exp(-cpu[bucket]! / 100);
    const add = (metric: string, value: number) =>
      samples.push({
        host: server.name,
        metric,
        ts,
        value: Math.round(10 * Math.min(99.9, Math.max(0.1, value))) / 10,
      });
    add('cpu_percent', server.cpuBase + 90 * busy + 2 * random.normal());
    add('memory_percent', server.memoryBase + Math.max(...minutes) + random.normal());
    add('disk_used_percent', diskAt(plan, (bucket + 1) * SAMPLE_MINUTES) + 0.05 * random.normal());
    add('io_wait_percent', (1 + 7 * busy) * IO_WAIT[plan.phase] * Math.exp(0.3 * random.normal()));
  }
  return samples;
}
