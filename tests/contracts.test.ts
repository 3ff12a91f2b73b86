import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createListPendingFiles } from '../activities/load/collect-files.ts';
import { createLoadFiles } from '../activities/load/load-files.ts';
import { acceptContract } from '../cli/data/contract-accept.ts';
import { refuseHeld } from '../cli/data/contract-refuse.ts';
import { validateContract } from '../models/contract/validate-contract.ts';
import { parseContract } from '../services/contract-file.ts';
import { type ActivityStage, openActivityStage } from './activity-stage.ts';
import { emptyAuditLog } from './database.ts';

let stage: ActivityStage;
let loadFiles: ReturnType<typeof createLoadFiles>;
beforeAll(async () => {
  stage = await openActivityStage({ language: 'fr' });
  loadFiles = createLoadFiles(stage.dependencies);
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.database.pool.query(
    'truncate run, metric_sample, job, arrival, quarantine, file, contract, incident, finding, notification cascade',
  );
  await emptyAuditLog(stage.database.pool);
});

const rows = async (sql: string, values: unknown[] = []) =>
  (await stage.database.pool.query(sql, values)).rows;
const load = (files: string[]) => stage.run(loadFiles, { files });
const states = () =>
  rows('select name, state, refusal_code as code, contract_version as version from file order by id');
const incidents = () =>
  rows(`select variant as kind, source, state = 'resolved' as over, evidence->>'text' as error
    from finding join incident on incident.id = incident_id order by finding.id`);
/** Subjects of what was told, which is then received. */
const mails = async () => {
  await rows(`update notification set state = 'sent', attempts = 1, sent_at = now() where state = 'pending'`);
  return (await rows('select subject from notification order by created_at')).map(({ subject }) => subject);
};

const YAML = (version: number, started = 'DEB', more = '') => `version: ${version}
kind: runs
columns:
  - { name: TRT, field: job, type: text, required: true, key: true }
  - { name: ${started}, field: startedAt, type: instant, required: true }
  - { name: ETAT, field: status, type: status, required: true }
  - { name: ENV, type: text, enumeration: [prod, preprod] }
${more}`;

const accept = (yaml: string, source = 'runs') =>
  acceptContract(stage.dependencies.pool, {
    source,
    text: { yaml, contract: parseContract(yaml, 'test', validateContract) },
    who: 'ann',
    why: 'agreed',
  });

let sequence = 0;
/** A file of that header, different from every other. */
const store = (header: string, lines: string[], name: string, source: 'runs' | 'metrics' = 'runs') =>
  stage.storeFile([header, ...lines, `note;${sequence++};;`].join('\n'), source, name);
const ROW = 'A1;2026-03-01 08:00;ok;prod';

describe('a source with a contract', () => {
  it('maps its columns by the contract, keeps unknown ones, and refuses rows that break it', async () => {
    await accept(YAML(1));
    const sha256 = await stage.storeFile(
      [
        'TRT;DEB;ETAT;ENV;host',
        `${ROW};srv1`,
        'A2;2026-03-01 09:00;ko;test;srv1',
        ';2026-03-01 10:00;ok;prod;x',
      ].join('\n'),
    );
    expect(await load([sha256])).toMatchObject({ loaded: 1, rowsIn: 3, rowsLoaded: 1, rowsQuarantined: 2 });
    expect(await rows('select host, extra from run')).toEqual([
      { host: null, extra: { ENV: 'prod', host: 'srv1' } },
    ]);
    expect(await rows('select code, detail from quarantine order by row_number')).toEqual([
      { code: 'contract-violation', detail: 'ENV: expected one of "prod", "preprod", found "test"' },
      { code: 'missing-job', detail: expect.any(String) },
    ]);
    expect(await states()).toEqual([{ name: 'runs.csv', state: 'loaded', code: null, version: 1 }]);
    expect(await incidents()).toEqual([]);
  });

  it('has a file held that breaks it, tells people once, and of the end when the file is loaded', async () => {
    await accept(YAML(1));
    const held = [
      await store('TRT;DEBUT;ETAT;ENV', [ROW], 'one.csv'),
      await store('TRT;DEBUT;ETAT;ENV', ['A2;2026-03-02 08:00;ok;prod'], 'two.csv'),
    ];
    const good = await store('TRT;DEB;ETAT;ENV', ['A3;2026-03-03 08:00;ok;prod'], 'good.csv');
    expect(await load([...held, good])).toMatchObject({ loaded: 1, refused: 0, rowsLoaded: 1 });
    expect(await states()).toEqual([
      { name: 'one.csv', state: 'held', code: 'schema-changed', version: 1 },
      { name: 'two.csv', state: 'held', code: 'schema-changed', version: 1 },
      { name: 'good.csv', state: 'loaded', code: null, version: 1 },
    ]);
    expect(await incidents()).toEqual([
      {
        kind: 'schema-changed',
        source: 'runs',
        over: false,
        error: expect.stringMatching(
          /^one\.csv: it breaks version 1 of the contract:\nDEB: expected the required column "DEB", found "DEBUT"/,
        ),
      },
    ]);
    expect(await mails()).toEqual(['[Majeur] runs : le schéma a changé']);
    // Done twice is done once: what is held stays held.
    await load([...held, good]);
    expect(await mails()).toHaveLength(1);

    expect(await accept(YAML(2, 'DEBUT', '    # DEB is gone\n'))).toMatchObject({ version: 2, released: 2 });
    expect((await states()).map(({ state }) => state)).toEqual(['stored', 'stored', 'loaded']);
    await load(held.slice(0, 1));
    // One more waits: it is not over.
    expect(await incidents()).toMatchObject([{ over: false }]);
    await load(held);
    expect(await states()).toMatchObject([
      { state: 'loaded', version: 2 },
      { state: 'loaded', version: 2 },
      { state: 'loaded', version: 1 },
    ]);
    expect(await incidents()).toMatchObject([{ over: true }]);
    expect(await mails()).toEqual([
      '[Majeur] runs : le schéma a changé',
      'Rétabli : runs : le schéma a changé',
    ]);
  });

  it('has released files held again that break the next version too, without another message', async () => {
    await accept(YAML(1));
    const sha256 = await store('TRT;START;ETAT;ENV', [ROW], 'x.csv');
    await load([sha256]);
    await accept(YAML(2, 'DEBUT'));
    await load([sha256]);
    expect(await states()).toMatchObject([{ state: 'held', version: 2 }]);
    expect(await incidents()).toMatchObject([{ over: false }]);
    expect(await mails()).toHaveLength(1);
    await accept(YAML(3, 'START'));
    await load([sha256]);
    expect(await incidents()).toMatchObject([{ over: true }]);
    expect(await mails()).toHaveLength(2);
  });

  it('holds a large file by its start, and a packed one', async () => {
    await accept(YAML(1));
    const lines = Array.from({ length: 12_000 }, (_, i) => `A1;2026-03-01 08:00;ok;prod${i}`);
    const large = await stage.storeFile(['TRT;WHEN;ETAT;ENV', ...lines].join('\n'), 'runs', 'large.csv');
    const packed = await stage.storeFile(
      gzipSync('TRT;WHEN;ETAT;ENV\nA1;2026;ok;x\n'),
      'runs',
      'packed.csv.gz',
    );
    await load([large, packed]);
    expect(await states()).toMatchObject([{ state: 'held' }, { state: 'held' }]);
    expect(await incidents()).toHaveLength(1);
  });

  it('still refuses what is no table, which ends what waited for it', async () => {
    await accept(YAML(1));
    const broken = await store('TRT;WHEN;ETAT;ENV', [ROW], 'broken.csv');
    await load([broken]);
    await accept(YAML(2, 'WHEN'));
    const empty = await stage.storeFile('', 'runs', 'empty.csv');
    await load([empty, broken]);
    expect(await states()).toMatchObject([{ state: 'loaded' }, { state: 'refused', code: 'empty-file' }]);
    expect(await incidents()).toMatchObject([{ over: true }]);
  });

  it('ends when a person refuses what is held', async () => {
    await accept(YAML(1));
    await load([await store('TRT;WHEN;ETAT;ENV', [ROW], 'wrong.csv')]);
    const listPendingFiles = createListPendingFiles(stage.dependencies);
    const look = () => stage.run(listPendingFiles, { source: 'runs' });
    expect(await look()).toEqual({ files: [] });
    expect(await incidents()).toMatchObject([{ over: false }]);
    expect(await mails()).toHaveLength(1);
    const decision = { source: 'runs', who: 'ann', why: 'sent again' };
    expect(await refuseHeld(stage.dependencies.pool, decision)).toBe(1);
    expect(await refuseHeld(stage.dependencies.pool, decision)).toBe(0);
    await look();
    await look();
    expect(await states()).toMatchObject([{ state: 'refused', code: 'schema-changed' }]);
    expect(await incidents()).toMatchObject([{ over: true }]);
    expect(await mails()).toHaveLength(2);
    expect(await rows(`select action, subject, why from audit_log where who = 'ann' order by id`)).toEqual([
      { action: 'contract.accept', subject: 'runs/1', why: 'agreed' },
      { action: 'contract.refuse', subject: 'runs', why: 'sent again' },
    ]);
  });

  it('reads a file by the version it was read by, where tables are made anew', async () => {
    const common = await stage.storeFile(
      'job;start;status;ENV\nA0;2026-03-01;ok;any\n',
      'runs',
      'common.csv',
    );
    await load([common]);
    await accept(YAML(1));
    const files = [
      common,
      await store('TRT;DEB;ETAT;ENV', [ROW], 'one.csv'),
      await store('TRT;DEB;ETAT;ENV', ['A2;2026-03-02;ok;prod', 'A3;2026-03-02;ok;test'], 'two.csv'),
      await store('TRT;WHEN;ETAT;ENV', [ROW], 'refused.csv'),
      await stage.storeFile('no table', 'runs', 'text.csv'),
    ];
    await load(files);
    await refuseHeld(stage.dependencies.pool, { source: 'runs', who: 'ann', why: 'sent again' });
    await accept(YAML(2, 'DEBUT'));
    files.push(await store('TRT;DEBUT;ETAT;ENV', ['A4;2026-03-04;ko;prod'], 'three.csv'));
    await load(files);
    const told = async () => [
      await rows('select run::text from run order by 1'),
      await rows('select quarantine::text from quarantine order by 1'),
      await rows(
        `select name, state, dialect, rows_in, rows_loaded, rows_quarantined, refusal_code, refusal_detail,
           contract_version from file order by id`,
      ),
      await incidents(),
      await mails(),
    ];
    const before = await told();
    expect(before[2]).toMatchObject([
      { state: 'loaded', contract_version: null },
      { state: 'loaded', contract_version: 1 },
      { state: 'loaded', contract_version: 1 },
      { state: 'refused', contract_version: 1, refusal_code: 'schema-changed' },
      { state: 'refused', contract_version: 1, refusal_code: 'not-csv' },
      { state: 'loaded', contract_version: 2 },
    ]);
    await stage.database.pool.query(
      `truncate run, quarantine; update file set state = 'stored', dialect = null`,
    );
    const again = createLoadFiles(stage.dependencies, { contracts: 'recorded' });
    await stage.run(again, { files });
    expect(await told()).toEqual(before);
  });

  it('says nothing of other sources', async () => {
    await accept(YAML(1));
    const metrics = await stage.storeFile('host,metric,ts,value\ns,cpu,2026-03-01,1\n', 'metrics');
    expect(await load([metrics])).toMatchObject({ loaded: 1 });
    expect(await states()).toMatchObject([{ state: 'loaded', version: null }]);
  });

  it('may be one of metrics', async () => {
    const yaml = `version: 1
kind: metrics
columns:
  - { name: srv, field: host, type: text, required: true, key: true }
  - { name: what, field: metric, type: text, required: true, enumeration: [cpu, ram] }
  - { name: at, field: ts, type: instant, required: true }
  - { name: v, field: value, type: number, required: true, range: { min: 0, max: 1 } }
`;
    await accept(yaml, 'metrics');
    const good = await stage.storeFile(
      'srv,what,at,v\ns,cpu,2026-03-01,1\ns,cpu,2026-03-02,1.5\ns,disk,2026-03-03,0\n',
      'metrics',
    );
    const changed = await stage.storeFile(`srv,what,at,v\n${'s,cpu,2026-03-01,high\n'.repeat(3)}`, 'metrics');
    expect(await load([good, changed])).toMatchObject({ loaded: 1, rowsLoaded: 1, rowsQuarantined: 2 });
    expect(await states()).toMatchObject([{ state: 'loaded', version: 1 }, { state: 'held' }]);
  });
});

describe('acceptContract', () => {
  it('writes who, why, before and after', async () => {
    await accept(YAML(1));
    await accept(YAML(2, 'DEBUT'));
    expect(await rows('select version, yaml, accepted_by from contract order by version')).toEqual([
      { version: 1, yaml: YAML(1), accepted_by: 'ann' },
      { version: 2, yaml: YAML(2, 'DEBUT'), accepted_by: 'ann' },
    ]);
    expect(
      await rows('select who, action, subject, why, before, after from audit_log order by id'),
    ).toMatchObject([
      {
        who: 'ann',
        action: 'contract.accept',
        subject: 'runs/1',
        why: 'agreed',
        before: null,
        after: { version: 1 },
      },
      { subject: 'runs/2', before: { version: 1 }, after: { version: 2, changes: 1, released: 0 } },
    ]);
  });

  it('twice is once, also by two at the same time', async () => {
    const outcomes = await Promise.all([accept(YAML(1)), accept(YAML(1))]);
    expect(outcomes.map(({ accepted }) => accepted).sort()).toEqual([false, true]);
    expect(await rows('select version from contract')).toEqual([{ version: 1 }]);
    expect(await rows('select count(*) from audit_log')).toEqual([{ count: 1 }]);
  });

  it.each([
    ['runs', 2, 'contract of "runs": expected version 1, found 2'],
    ['metrics', 1, 'source "metrics" holds metrics, the contract is of runs'],
    ['nowhere', 1, 'no source named "nowhere" is known; has it been collected?'],
  ])('refuses for %s what does not fit', async (source, version, message) => {
    await expect(accept(YAML(version), source)).rejects.toThrow(message);
    expect(await rows('select count(*) from contract')).toEqual([{ count: 0 }]);
  });

  it('releases every file, also one that is being held meanwhile', async () => {
    await accept(YAML(1));
    const files = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        store('TRT;DEBUT;ETAT;ENV', [`A${i};2026-03-01 08:00;ok;prod`], `${i}.csv`),
      ),
    );
    await Promise.all([...files.map((sha256) => load([sha256])), accept(YAML(2, 'DEBUT'))]);
    // Whatever the order was: what is not loaded waits to be, and nothing is held under the version before.
    const all = await states();
    expect(all.filter(({ state }) => state === 'held')).toEqual([]);
    await load(files);
    expect(await rows('select count(*) from run')).toEqual([{ count: 12 }]);
    expect((await incidents()).filter(({ over }) => !over)).toEqual([]);
  });
});
