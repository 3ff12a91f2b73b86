import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Cleans a header, a record of that many MiB and two rows, and tells its peak memory. */
const SCRIPT = `
  const [folder, kind, mebibytes] = process.argv.slice(1);
  const { inspectRunFile } = await import(folder + '/inspect-file.ts');
  const { createRunCleaner } = await import(folder + '/clean-runs.ts');
  const bytes = (text) => new TextEncoder().encode(text);
  const start = bytes('job;start;status;message\\nA;2025-01-31 08:00;ok;\\nB;2025-01-31 08:00;ko;' + (kind === 'quoted' ? '"' : ''));
  const cleaner = createRunCleaner({ namespace: 'n', ...inspectRunFile(start, false) });
  const jobs = [], refused = [];
  const take = (batch) => {
    for (const { job } of batch.records) jobs.push(job);
    for (const row of batch.refused) refused.push([row.code, row.byteOffset, row.byteLength, row.bytes.length]);
  };
  take(cleaner.push(start));
  const chunk = new Uint8Array(1 << 20).fill(0x78);
  for (let at = 0; at < Number(mebibytes); at++) take(cleaner.push(chunk));
  take(cleaner.push(bytes((kind === 'quoted' ? '"' : '') + '\\nC;2025-01-31 08:00;ok;\\n')));
  take(cleaner.end());
  console.log(JSON.stringify({ jobs, refused, peakMb: process.resourceUsage().maxRSS / 1024 }));
`;

test.each(['plain', 'quoted'])('a %s record of 400 MiB is one refused row, in bounded memory', (kind) => {
  const run = (mebibytes: number) =>
    JSON.parse(
      execFileSync(
        process.execPath,
        ['--input-type=module', '-e', SCRIPT, path.join(import.meta.dirname), kind, String(mebibytes)],
        { encoding: 'utf8' },
      ),
    ) as { jobs: string[]; refused: [string, number, number, number][]; peakMb: number };
  const large = run(400);
  expect(large.jobs).toEqual(['A', 'C']);
  expect(large.refused).toEqual([
    ['record-too-long', 48, 22 + (kind === 'quoted' ? 2 : 0) + (400 << 20), 1 << 20],
  ]);
  expect(large.peakMb - run(2).peakMb).toBeLessThan(64);
});
