import { describe, expect, it } from 'vitest';
import { expandMacros, intervalMsFor } from './expand-macros.ts';

const input = {
  fromMs: Date.parse('2026-03-01T00:00:00Z'),
  toMs: Date.parse('2026-03-02T00:00:00Z'),
  intervalMs: 900_000,
  variables: { host: ["o'neil", 'srv-2'], job: ['17'] },
};
const FROM = "'2026-03-01T00:00:00.000Z'";
const TO = "'2026-03-02T00:00:00.000Z'";

describe('expandMacros', () => {
  it.each([
    ['$__timeFilter(run.started_at)', `run.started_at BETWEEN ${FROM} AND ${TO}`],
    ['$__timeFrom()::timestamptz', `${FROM}::timestamptz`],
    ['$__timeTo()', TO],
    ['$__timeGroup(ts, $__interval)', 'floor(extract(epoch from ts)/900)*900'],
    ["$__timeGroupAlias(ts, '1h')", 'floor(extract(epoch from ts)/3600)*3600 AS "time"'],
    ['/ $__interval_ms', '/ 900000'],
    [`in (\${host:sqlstring})`, "in ('o''neil','srv-2')"],
    [`= \${job:sqlstring}`, "= '17'"],
    ['no macro', 'no macro'],
  ])('%s → %s', (sql, expanded) => {
    expect(expandMacros(sql, input)).toBe(expanded);
  });

  it.each(['$__unixEpochFilter(x)', `\${page}`, `\${owner:sqlstring}`, '$job', "$__timeGroup(ts, 'soon')"])(
    'refuses %s, which our dashboards may not use in SQL',
    (sql) => {
      expect(() => expandMacros(sql, input)).toThrow(/not known|no value|no interval/);
    },
  );
});

describe('intervalMsFor', () => {
  it('is the least usual step that keeps the points few, and not below that of the panel', () => {
    const day = [input.fromMs, input.toMs] as const;
    expect(intervalMsFor(...day, undefined)).toBe(120_000);
    expect(intervalMsFor(...day, '15m')).toBe(900_000);
    expect(intervalMsFor(input.fromMs, input.fromMs, undefined)).toBe(1_000);
    expect(intervalMsFor(0, 90 * 86_400_000, '15m')).toBe(10_800_000);
  });
});
