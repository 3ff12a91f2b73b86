import { describe, expect, it } from 'vitest';
import { NODE_METRICS, ratesOf, readNodePage } from './node-metrics.ts';
import { readPrometheusPage, UnreadablePage } from './prometheus-page.ts';

describe('a page in the exposition format', () => {
  it('gives names, labels and values of what is wanted', () => {
    const page = [
      '# HELP a_total What it counts.',
      '# TYPE a_total counter',
      'a_total{path="C:\\\\dir",said="\\"no\\"\\n",empty="",} 1.5e3 1395066363000',
      'a_total 7',
      'b 1',
      '',
      '  a_total { x = "1" , y="}" }  +Inf',
      'a_total{x="2"} NaN\r',
    ].join('\n');
    expect(readPrometheusPage(page, new Set(['a_total']))).toEqual([
      { name: 'a_total', labels: { path: 'C:\\dir', said: '"no"\n', empty: '' }, value: 1500 },
      { name: 'a_total', labels: {}, value: 7 },
      { name: 'a_total', labels: { x: '1', y: '}' }, value: Number.POSITIVE_INFINITY },
      { name: 'a_total', labels: { x: '2' }, value: Number.NaN },
    ]);
    expect(readPrometheusPage('', NODE_METRICS)).toEqual([]);
  });

  it.each(['<html>', 'a_total', 'a_total{x="1" 2', 'a_total{x=1} 2', 'a_total high'])('is not %j', (line) => {
    expect(() => readPrometheusPage(`b 1\n${line}`, new Set(['a_total']))).toThrow(UnreadablePage);
    expect(() => readPrometheusPage(`b 1\n${line}`, new Set(['a_total']))).toThrow(
      'line 2: expected a sample',
    );
  });
});

/** A page of a server with two processors after so many seconds, busy for a share of them. */
const page = (seconds: number, busy: number, received = 0) => `
node_cpu_seconds_total{cpu="0",mode="idle"} ${1000 + seconds * (1 - busy)}
node_cpu_seconds_total{cpu="0",mode="user"} ${100 + seconds * busy}
node_cpu_seconds_total{cpu="0",mode="iowait"} 10
node_cpu_seconds_total{cpu="1",mode="idle"} ${2000 + seconds * 0.5}
node_cpu_seconds_total{cpu="1",mode="system"} ${50 + seconds * 0.25}
node_cpu_seconds_total{cpu="1",mode="iowait"} ${5 + seconds * 0.25}
node_memory_MemTotal_bytes 8e9
node_memory_MemAvailable_bytes 2e9
node_filesystem_size_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 1e11
node_filesystem_avail_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 6e10
node_filesystem_size_bytes{device="/dev/sdb1",fstype="xfs",mountpoint="/data"} 1e12
node_filesystem_avail_bytes{device="/dev/sdb1",fstype="xfs",mountpoint="/data"} 5e10
node_filesystem_size_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"} 100
node_filesystem_avail_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"} 0
node_load1 1.25
node_network_receive_bytes_total{device="eth0"} ${5e6 + received}
node_network_receive_bytes_total{device="lo"} ${received * 9}
node_network_transmit_bytes_total{device="eth0"} 100
`;
const read = (text: string) => readNodePage(readPrometheusPage(text, NODE_METRICS));

describe('a page of node_exporter', () => {
  it('tells memory, the fullest disk and load', () => {
    expect(read(page(0, 0)).gauges).toEqual({ memory_percent: 75, disk_used_percent: 95, load_1m: 1.25 });
  });

  it('and the one before tell processor, waiting and network', () => {
    const before = read(page(0, 0)).counters;
    // Processor 0 is busy for 50 of 100 seconds, processor 1 for 25 and waits for 25: of 200 in all.
    expect(ratesOf(before, read(page(100, 0.5, 2_000)).counters, 100)).toEqual({
      cpu_percent: 37.5,
      io_wait_percent: 12.5,
      network_received_bytes_per_second: 20,
      network_sent_bytes_per_second: 0,
    });
  });

  it('tells no rate after a restart, with another processor, or without time between', () => {
    const before = read(page(100, 0.5)).counters;
    expect(ratesOf(before, read(page(0, 0)).counters, 60)).toEqual({});
    expect(ratesOf(before, before, 0)).toEqual({});
    const more = read(`${page(200, 0.5)}node_cpu_seconds_total{cpu="2",mode="idle"} 1\n`).counters;
    expect(ratesOf(before, more, 100)).toEqual({});
  });

  it('tells nothing that is not on it', () => {
    const { gauges, counters } = read('node_memory_MemTotal_bytes 8e9\nnode_load1 NaN\n');
    expect(gauges).toEqual({});
    expect(ratesOf(counters, counters, 60)).toEqual({});
    expect(ratesOf({}, read(page(100, 0.5)).counters, 60)).toEqual({});
  });
});
