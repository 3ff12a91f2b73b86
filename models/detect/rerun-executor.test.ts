import { describe, expect, it } from 'vitest';
import { type RerunRule, ruleFor, type StartRequest, startOf } from './rerun-executor.ts';

const REQUEST: StartRequest = {
  namespace: 'dwh',
  job: 'load orders/é',
  run: '17',
  due: '2026-03-01T05:00:00.000Z',
  asked: '2026-03-01T06:00:00.000Z',
  key: 'k-1',
};

describe('ruleFor', () => {
  const rules: RerunRule[] = [
    { jobs: 'load_*', namespace: 'dwh', command: ['a'] },
    { jobs: 'load_*', command: ['b'] },
  ];
  it('takes the first that is meant for the job', () => {
    expect(ruleFor(rules, { namespace: 'dwh', job: 'load_orders' })).toBe(rules[0]);
    expect(ruleFor(rules, { namespace: 'bi', job: 'LOAD_orders' })).toBe(rules[1]);
  });
  it('takes none where none is', () => {
    expect(ruleFor(rules, { namespace: 'bi', job: 'reload_orders' })).toBe(null);
    expect(ruleFor([], { namespace: 'bi', job: 'load_orders' })).toBe(null);
  });
});

describe('startOf', () => {
  it('fills what it knows, encodes it for an address, and leaves the rest', () => {
    const start = startOf({ jobs: '*', http: { url: 'http://s/{job}?r={run}&x={other}' } }, REQUEST);
    expect(start).toMatchObject({
      way: 'http',
      method: 'POST',
      url: 'http://s/load%20orders%2F%C3%A9?r=17&x={other}',
      body: null,
      key: 'k-1',
    });
  });

  it('does not fill what a value brings along', () => {
    const start = startOf(
      { jobs: '*', command: ['run', '{job}', '--at={due}'] },
      { ...REQUEST, job: '{key}' },
    );
    expect(start).toMatchObject({ argv: ['run', '{key}', '--at=2026-03-01T05:00:00.000Z'] });
  });

  it('fills texts anywhere in JSON, where a quote stays inside its text, and no keys', () => {
    const body = { conf: [{ '{job}': '{job}' }, 1, null], at: '{due}' };
    const start = startOf({ jobs: '*', http: { url: 'http://s', body } }, { ...REQUEST, job: 'a","b":"c' });
    expect(JSON.parse((start as { body: string }).body)).toEqual({
      conf: [{ '{job}': 'a","b":"c' }, 1, null],
      at: '2026-03-01T05:00:00.000Z',
    });
  });

  it('sends no body with GET', () => {
    expect(startOf({ jobs: '*', http: { url: 'http://s', method: 'GET', body: {} } }, REQUEST)).toMatchObject(
      {
        body: null,
      },
    );
  });
});
