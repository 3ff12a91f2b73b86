/**
 * Exit code 0 when node_modules holds what package-lock.json says, 1 when not.
 *
 * npm writes node_modules/.package-lock.json last, so an interrupted `npm ci` never passes. Optional packages
 * (programs for one platform) may be absent, or be there without the lock knowing them.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface LockedPackage {
  version?: string;
  integrity?: string;
  optional?: boolean;
}

const root = path.join(import.meta.dirname, '..');

function lockedPackages(file: string): Map<string, LockedPackage> {
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> };
  return new Map(Object.entries(packages).filter(([folder]) => folder !== ''));
}

function matches(): boolean {
  const installedFile = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = lockedPackages(path.join(root, 'package-lock.json'));
  const installed = lockedPackages(installedFile);
  for (const [folder, { version, integrity, optional }] of wanted) {
    const found = installed.get(folder);
    if (found === undefined && optional) continue;
    if (found?.version !== version || found?.integrity !== integrity) return false;
    if (!existsSync(path.join(root, folder))) return false;
  }
  return [...installed].every(([folder, { optional }]) => wanted.has(folder) || optional);
}

process.exitCode = matches() ? 0 : 1;
