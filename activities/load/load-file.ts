import { findFiles } from '../../db/load/files.ts';
import type { Dependencies } from '../dependencies.ts';
import { createLoadFiles } from './load-files.ts';

export type FileOutcome =
  | {
      state: 'loaded';
      sha256: string;
      name: string;
      rowsIn: number;
      rowsLoaded: number;
      rowsDuplicate: number;
      rowsQuarantined: number;
    }
  | { state: 'refused'; sha256: string; name: string; code: string; detail: string };

/** Loads one file: what workflows that were started before `loadFiles` existed call. */
export function createLoadFile(dependencies: Dependencies) {
  const loadFiles = createLoadFiles(dependencies);
  return async function loadFile({ sha256 }: { sha256: string }): Promise<FileOutcome> {
    await loadFiles({ files: [sha256] });
    const file = (await findFiles(dependencies.pool, [sha256]))[0]!;
    const { name, rowsIn, rowsLoaded, rowsDuplicate, rowsQuarantined } = file;
    return file.state === 'loaded'
      ? { state: 'loaded', sha256, name, rowsIn, rowsLoaded, rowsDuplicate, rowsQuarantined }
      : { state: 'refused', sha256, name, code: file.refusalCode!, detail: file.refusalDetail! };
  };
}
