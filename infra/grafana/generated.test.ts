import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALERT_RULES } from './alerting/rules.ts';
import { allDashboards } from './all-dashboards.ts';
import { COMPOSE_ADDRESSES } from './build/addresses.ts';
import { GRID_COLUMNS } from './build/grid.ts';
import { METRICS } from './build/metric-names.ts';
import { generatedFiles } from './write-files.ts';

const infra = path.join(import.meta.dirname, '..');
const dashboards = allDashboards(COMPOSE_ADDRESSES);
const named = dashboards.map(({ name, language, dashboard }) => [`${language} ${name}`, dashboard] as const);
const panels = named.flatMap(([label, { panels }]) => panels.map((panel) => ({ label, panel })));

describe('the files in git', () => {
  it('are what the generator writes, and there are no others', () => {
    const files = generatedFiles(COMPOSE_ADDRESSES);
    for (const [file, text] of files) {
      expect(
        readFileSync(path.join(infra, file), 'utf8'),
        `${file}: run node infra/grafana/generate.ts`,
      ).toBe(text);
    }
    const there = ['grafana/generated', 'prometheus/generated'].flatMap((folder) =>
      readdirSync(path.join(infra, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(infra, path.join(entry.parentPath, entry.name))),
    );
    expect(there.sort()).toEqual([...files.keys()].sort());
  });

  it('lead where a reader says that the page is', () => {
    const [, text] = [
      ...generatedFiles({ page: 'https://etl.example', temporal: 'https://temporal.example/w' }),
    ][0]!;
    expect(text).toContain('"value": "https://etl.example"');
    expect(text).not.toContain(COMPOSE_ADDRESSES.page);
  });
});

describe('dashboards', () => {
  it('have uids and titles of their own', () => {
    expect(new Set(named.map(([, { uid }]) => uid)).size).toBe(named.length);
    expect(new Set(named.map(([, { title, tags }]) => `${title} ${tags}`)).size).toBe(named.length);
    for (const [, { uid }] of named) expect(uid).toMatch(/^[a-z-]{1,40}$/);
  });

  it.each(named)('%s: panels have numbers and places of their own, inside the grid', (_, { panels }) => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(GRID_COLUMNS);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x}/${y}`), `${title} at ${x}/${y}`).toBe(false);
          taken.add(`${x}/${y}`);
        }
      }
    }
  });

  it.each(panels)(
    '$label: $panel.title says what it is, in which unit, and why it may be empty',
    ({ panel }) => {
      expect(panel.title.length).toBeGreaterThan(2);
      expect(panel.description.length).toBeGreaterThan(20);
      expect(panel.description).toMatch(/[.!?]$/);
      expect(panel.fieldConfig.defaults.noValue!.length).toBeGreaterThan(3);
      expect(panel.fieldConfig.defaults.unit).toBeTruthy();
      expect(panel.fieldConfig.defaults.thresholds!.steps[0]!.value).toBeNull();
      expect(panel.targets.length).toBeGreaterThan(0);
      if (panel.type === 'timeseries') expect(panel.options).toHaveProperty('legend.showLegend', true);
    },
  );

  it('say the same in both languages: the same panels, of the same size, over the same time', () => {
    const shapeOf = (language: string) =>
      dashboards
        .filter((one) => one.language === language)
        .map(({ name, dashboard: { panels, time, templating } }) => ({
          ...{ name, time },
          variables: templating.list.map((variable) => variable.name),
          panels: panels.map(({ type, gridPos, targets }) => ({ type, gridPos, queries: targets.length })),
        }));
    expect(shapeOf('fr')).toEqual(shapeOf('en'));
    const texts = (language: string) =>
      dashboards
        .filter((one) => one.language === language)
        .flatMap(({ dashboard }) => dashboard.panels.map(({ description }) => description));
    const french = texts('fr');
    for (const [place, english] of texts('en').entries()) expect(french[place]).not.toBe(english);
  });

  it('lead only to dashboards that are there, in their own language', () => {
    for (const [label, dashboard] of named) {
      const language = label.slice(0, 2);
      for (const [, uid] of JSON.stringify(dashboard).matchAll(/"\/d\/([a-z-]+)/g)) {
        expect(named.map(([, one]) => one.uid)).toContain(uid);
        expect(uid!.endsWith(`-${language}`)).toBe(true);
      }
    }
  });

  it.each(panels)(
    '$label: $panel.title asks only for runs, samples, slots and files of a time',
    ({ panel }) => {
      for (const target of panel.targets) {
        if (!('rawSql' in target)) continue;
        // Without a time every partition would be read.
        if (/from (run|metric_sample|expectation)\b/.test(target.rawSql)) {
          expect(target.rawSql).toContain('$__timeFilter');
        }
      }
    },
  );
});

describe('Prometheus', () => {
  it('is asked for metrics that the list names only', () => {
    const names = [...generatedFiles(COMPOSE_ADDRESSES).values()]
      .flatMap((text) =>
        [...text.matchAll(/\bsmart_etl_[a-z_]+/g)].map(([name]) => name.replace(/_bucket$/, '')),
      )
      .filter((name) => !['smart_etl_grafana'].includes(name));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(Object.values(METRICS)).toContain(name);
    expect(new Set(names)).toEqual(new Set(Object.values(METRICS)));
  });
});

describe('alert rules', () => {
  it('have uids of their own, no dollar sign that provisioning would read, and a text in both languages', () => {
    expect(new Set(ALERT_RULES.map(({ uid }) => uid)).size).toBe(ALERT_RULES.length);
    for (const { uid, sql, en, fr } of ALERT_RULES) {
      expect(uid).toMatch(/^[a-z-]{1,40}$/);
      expect(`${sql}${en}${fr}`).not.toContain('$');
      expect(en).not.toBe(fr);
    }
  });
});
