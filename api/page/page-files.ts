import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

export interface PageFile {
  contentType: string;
  etag: string;
  bytes: Buffer;
  gzipped: Buffer;
}

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
};

/** Tests and settings of the compiler are not the page's. */
const isServed = (name: string): boolean => path.extname(name) in CONTENT_TYPES && !name.endsWith('.test.ts');

/**
 * Reads the page once: its address → what is sent.
 *
 * Scripts are written in TypeScript and only lose their types here, each keeping its name and its lines, so that a
 * browser's error names the line of the source and there is nothing to build.
 */
export function readPageFiles(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter(isServed).sort()) {
    const source = readFileSync(path.join(folder, name), 'utf8');
    const extension = path.extname(name);
    const bytes = Buffer.from(extension === '.ts' ? stripTypeScriptTypes(source) : source);
    files.set(name === 'index.html' ? '/' : `/${name.split(path.sep).join('/')}`, {
      contentType: CONTENT_TYPES[extension]!,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      bytes,
      gzipped: gzipSync(bytes, { level: 9 }),
    });
  }
  return files;
}
