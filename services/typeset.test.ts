import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, it } from 'vitest';
import type { ReportDocument } from '../models/report/document.ts';
import { NotTypeset, typesetReport } from './typeset.ts';

const chart = {
  type: 'chart',
  id: 'bars',
  caption: 'Runs by day',
  alternative: 'Two bars, the first twice as high.',
  heightPx: 200,
  queries: ['course'],
  option: {
    animation: false,
    xAxis: { type: 'category', data: ['a', 'b'] },
    yAxis: { type: 'value' },
    series: [{ type: 'bar', data: [2, 1] }],
  },
} as const;

const document: ReportDocument = {
  language: 'fr',
  title: 'Rapport : été 2026',
  subtitle: '#eval("1") $x$ *gras*',
  footer: 'Rapport',
  contentsTitle: 'Sommaire',
  figureWord: 'Graphique',
  tableWord: 'Tableau',
  sourceWord: 'annexe A :',
  summary: [
    { type: 'heading', level: 1, text: 'Synthèse' },
    { type: 'facts', facts: [{ label: 'Exécutions', value: '1\u202f200', note: '' }] },
    { type: 'list', items: ['[b] « un »', '#pagebreak()'] },
  ],
  body: [
    { type: 'heading', level: 1, text: 'Charges' },
    { type: 'heading', level: 2, text: 'Par jour' },
    chart,
    {
      type: 'table',
      caption: 'Traitements',
      queries: [],
      columns: [
        { title: 'Nom', share: 2 },
        { title: 'Échecs', align: 'right', share: 1 },
      ],
      rows: [['<script>\\ #set', '3']],
    },
    { type: 'code', text: 'select 1 -- ```' },
    { type: 'heading', level: 1, text: 'Annexe' },
    { type: 'text', text: 'Fin.' },
  ],
};

interface TagNode {
  role?: string;
  alt?: string;
  lang?: string;
  children?: TagNode[];
}

const nodesOf = (node: TagNode): TagNode[] => [node, ...(node.children ?? []).flatMap(nodesOf)];

async function read(pdf: Buffer) {
  const opened = await getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
  const nodes: TagNode[] = [];
  let text = '';
  for (let page = 1; page <= opened.numPages; page++) {
    const one = await opened.getPage(page);
    const tree = (await one.getStructTree()) as TagNode | null;
    if (tree !== null) nodes.push(...nodesOf(tree));
    const { items } = await one.getTextContent();
    text += items.map((item) => ('str' in item ? item.str : '')).join('');
  }
  return { opened, nodes, text };
}

describe('a report as PDF', () => {
  const { pdf, pages } = typesetReport(document);

  it('is the same bytes whenever it is set', () => {
    expect(typesetReport(document).pdf.equals(pdf)).toBe(true);
    expect(pages).toBe(2);
  });

  it('has its language, its title, marks and no date', async () => {
    const { opened } = await read(pdf);
    const { info, metadata } = await opened.getMetadata();
    expect(info).toMatchObject({ Title: 'Rapport : été 2026', Language: 'fr' });
    expect(info).not.toHaveProperty('CreationDate');
    expect(Object.fromEntries((await opened.getMarkInfo()) as never)).toMatchObject({ Marked: true });
    expect(String(metadata?.getRaw())).toContain('pdfuaid:part');
  });

  it('is tagged: headings in order, cells of a head, a text for the chart', async () => {
    const { nodes } = await read(pdf);
    const roles = nodes.map(({ role }) => role);
    expect(roles.filter((role) => /^H\d$/.test(role ?? ''))).toEqual([
      'H1',
      // Of the contents.
      'H1',
      'H1',
      'H2',
      'H1',
    ]);
    expect(roles.filter((role) => role === 'TH')).toHaveLength(2);
    expect(roles.filter((role) => role === 'TD')).toHaveLength(2);
    const figures = nodes.filter(({ role }) => role === 'Figure');
    expect(figures.length).toBeGreaterThan(0);
    expect(figures.every(({ alt }) => alt === chart.alternative)).toBe(true);
  });

  it('shows texts as they are, whatever is in them', async () => {
    const { text } = await read(pdf);
    for (const part of [
      '#eval("1") $x$ *gras*',
      '#pagebreak()',
      '<script>\\ #set',
      'select 1 -- ```',
      '1\u202f200',
    ]) {
      expect(text.replace(/\s/g, '')).toContain(part.replace(/\s/g, ''));
    }
  });

  it('has its fonts in it', () => {
    const bytes = pdf.toString('latin1');
    expect(bytes).toMatch(/SourceSans3/);
    expect(bytes).toMatch(/FontFile/);
  });

  it('what does not fit the template is a permanent error', () => {
    const broken = { ...document, body: [{ ...chart, alternative: '' }] };
    expect(() => typesetReport(broken)).toThrow(NotTypeset);
  });
});
