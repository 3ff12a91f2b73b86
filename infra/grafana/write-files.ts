import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { allDashboards } from './all-dashboards.ts';
import type { Addresses } from './build/addresses.ts';

/** The generated files of this folder by their paths in it, with their text. */
export function generatedFiles(addresses: Addresses): Map<string, string> {
  return new Map(
    allDashboards(addresses).map(({ name, language, dashboard }) => [
      path.join('generated', 'dashboards', language, `${name}.json`),
      `${JSON.stringify(dashboard, null, 2)}\n`,
    ]),
  );
}

/** Writes them into a folder; what was generated there before goes. */
export function writeGeneratedFiles(folder: string, addresses: Addresses): string[] {
  rmSync(path.join(folder, 'generated'), { recursive: true, force: true });
  const files = generatedFiles(addresses);
  for (const [file, text] of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return [...files.keys()];
}
