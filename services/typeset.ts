import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { NodeCompiler, type NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler';
import type { Block, ReportDocument } from '../models/report/document.ts';
import { drawChart } from './draw-chart.ts';

/** The template does not fit what it was given: a bug of ours, trying again cannot help. */
export class NotTypeset extends Error {
  override name = 'NotTypeset';
}

/** Of every chart; on the page it is 174 mm wide, so that 12 px are 8 points. */
const CHART_WIDTH_PX = 720;

const packages = createRequire(import.meta.url);
const FONTS = '@expo-google-fonts/source-sans-3';
const CUTS = [
  '400Regular/SourceSans3_400Regular',
  '600SemiBold/SourceSans3_600SemiBold',
  '700Bold/SourceSans3_700Bold',
];

/** What draws a chart is not for the typesetter. */
const withoutOptions = (name: string, value: unknown): unknown => (name === 'option' ? undefined : value);

let compiler: NodeCompiler | undefined;

/** Made once: it reads fonts. Nothing of the machine is used but what stands here, so every machine makes the same. */
function compilerOfReports(): NodeCompiler {
  if (compiler !== undefined) return compiler;
  const folder = path.dirname(packages.resolve(`${FONTS}/package.json`));
  compiler = NodeCompiler.create({
    workspace: import.meta.dirname,
    fontArgs: [{ fontBlobs: CUTS.map((cut) => readFileSync(path.join(folder, `${cut}.ttf`))) }],
  });
  return compiler;
}

function exported(typst: NodeCompiler, result: NodeTypstDocument): Buffer {
  try {
    return typst.pdf(result, { pdfStandard: 'ua-1' });
  } catch (error) {
    throw new NotTypeset(`PDF/UA-1: ${(error as Error).message.slice(0, 2_000)}`);
  }
}

/**
 * Sets a report as PDF/UA-1: tagged, with its language, its title and texts for its charts. The same document gives
 * the same bytes.
 *
 * @throws NotTypeset naming what the typesetter found wrong
 */
export function typesetReport(document: ReportDocument): { pdf: Buffer; pages: number } {
  const typst = compilerOfReports();
  const charts = [...document.summary, ...document.body].filter(
    (block): block is Extract<Block, { type: 'chart' }> => block.type === 'chart',
  );
  for (const { id, option, heightPx } of charts) {
    typst.mapShadow(
      path.join(import.meta.dirname, `${id}.svg`),
      Buffer.from(drawChart(option, CHART_WIDTH_PX, heightPx)),
    );
  }
  typst.mapShadow(
    path.join(import.meta.dirname, 'report.json'),
    Buffer.from(JSON.stringify(document, withoutOptions)),
  );
  try {
    const compiled = typst.compile({
      mainFileContent: readFileSync(path.join(import.meta.dirname, 'report.typ'), 'utf8'),
      resetRead: true,
    });
    const { result } = compiled;
    if (result === null) {
      const problem = compiled.takeDiagnostics()!;
      throw new NotTypeset(`report.typ: ${JSON.stringify(typst.fetchDiagnostics(problem)).slice(0, 2_000)}`);
    }
    return { pdf: exported(typst, result), pages: result.numOfPages };
  } finally {
    typst.resetShadow();
    typst.evictCache(0);
  }
}
