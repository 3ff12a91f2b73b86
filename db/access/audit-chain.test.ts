import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { createPool } from '../pool.ts';
import {
  type ChainedEntry,
  type ChainHead,
  chainHashOf,
  contentHashOf,
  NO_ENTRY,
  verifyChain,
} from './audit-chain.ts';
import { saveAuditEntry } from './audit-log.ts';
import { readAuditHead, verifyAuditLog } from './read-audit.ts';

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('', '-', '1:a', 'é', '🍐', 'a,b', '0:,-'),
);
const maybe = fc.option(text, { nil: null });
const content = fc.record({
  who: text,
  action: text.filter((word) => word !== 'audit.erased'),
  subject: text,
  why: text,
  before: maybe,
  after: maybe,
  workflowId: maybe,
  salt: fc.option(fc.uuid(), { nil: null }),
  atMicros: fc.bigInt({ min: 0n, max: 4_000_000_000_000_000n }).map(String),
});

const EMPTY = {
  ...{ who: '', action: '', subject: '', why: '', before: null, after: null },
  ...{ workflowId: null, salt: null, atMicros: '0' },
};

/** Entries chained as the trigger does. */
function chained(contents: Partial<ChainedEntry>[]): { entries: ChainedEntry[]; head: ChainHead } {
  let head = NO_ENTRY;
  const entries = contents.map((one, index) => {
    const entry = { ...one, id: String(index + 1), prevHash: head.hash } as ChainedEntry;
    entry.contentHash = contentHashOf(entry);
    entry.hash = chainHashOf(entry);
    head = { id: entry.id, hash: entry.hash };
    return entry;
  });
  return { entries, head };
}
const COLUMNS = [
  ...['id', 'atMicros', 'who', 'action', 'subject', 'why', 'before', 'after'],
  ...['workflowId', 'salt', 'contentHash', 'prevHash', 'hash'],
] as (keyof ChainedEntry)[];
const some = fc.array(content, { minLength: 1, maxLength: 8 }).map(chained);
const check = (property: fc.IAsyncProperty<never> | fc.IAsyncProperty<unknown>) =>
  fc.assert(property as fc.IAsyncProperty<unknown>, { numRuns: 400, seed: 22 });

describe('a chain', () => {
  it('is whole as it was made, also the empty one', async () => {
    expect(await verifyChain([], NO_ENTRY)).toMatchObject({
      entries: 0,
      firstBreak: null,
      containsKept: null,
    });
    await check(
      fc.asyncProperty(some, async ({ entries, head }) => {
        const report = await verifyChain(entries, head, entries[0]!.hash);
        expect(report).toEqual({
          entries: entries.length,
          erased: 0,
          head,
          firstBreak: null,
          containsKept: true,
        });
      }),
    );
  });

  it('breaks at the first entry of which any column is another', async () => {
    await check(
      fc.asyncProperty(
        some,
        fc.nat(),
        fc.constantFrom(...COLUMNS),
        maybe,
        fc.bigInt({ min: 1n, max: 40n }),
        async ({ entries, head }, place, column, value, number) => {
          const at = place % entries.length;
          const old = entries[at]!;
          const told =
            column === 'id' || column === 'atMicros'
              ? String(number)
              : column === 'hash' || column === 'prevHash' || column === 'contentHash'
                ? (value ?? 'x')
                : value;
          fc.pre(
            told !== old[column] &&
              !(told === null && !['before', 'after', 'workflowId', 'salt'].includes(column)),
          );
          const changed = entries.with(at, { ...old, [column]: told });
          const { firstBreak } = await verifyChain(changed, head);
          expect(firstBreak?.id).toBe(changed[at]!.id);
        },
      ),
    );
  });

  it('breaks where an entry was removed, swapped, doubled, or added, also first and last', async () => {
    await check(
      fc.asyncProperty(
        some,
        content,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('remove', 'swap', 'double', 'insert', 'rechain'),
        async ({ entries, head }, more, one, other, way) => {
          const at = one % entries.length;
          const to = other % entries.length;
          let changed = [...entries];
          if (way === 'remove') changed.splice(at, 1);
          if (way === 'double') changed.splice(to, 0, entries[at]!);
          if (way === 'swap') {
            fc.pre(at !== to);
            [changed[at], changed[to]] = [changed[to]!, changed[at]!];
          }
          if (way === 'insert') {
            const id = String(at + 1);
            changed.splice(at, 0, chained([{ ...more, id }]).entries[0]!);
          }
          // Whoever can compute the chain anew cannot change the head that is kept elsewhere.
          if (way === 'rechain')
            changed = chained([...entries.slice(0, at), more, ...entries.slice(at + 1)]).entries;
          const { firstBreak } = await verifyChain(changed, head);
          expect(firstBreak).not.toBeNull();
        },
      ),
    );
  });

  it('says whether a hash that was kept is still that of an entry', async () => {
    const { entries, head } = chained(['a', 'b'].map((who) => ({ ...EMPTY, who })));
    expect((await verifyChain(entries, head, 'f'.repeat(64))).containsKept).toBe(false);
    expect((await verifyChain(entries, head, entries[1]!.hash)).containsKept).toBe(true);
    expect((await verifyChain(entries, head, NO_ENTRY.hash)).containsKept).toBe(true);
  });
});

describe('the audit log', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  const entry = (who: string, after: unknown = null) => ({
    ...{ who, action: 'test', subject: 'chain', why: 'because' },
    ...{ before: { ü: [1.5, 'x'] }, after, workflowId: null },
  });
  const verify = () => verifyAuditLog(database.pool, null);
  /** As an owner who takes the guard away. */
  async function tampered(sql: string, work: () => Promise<void>) {
    const { pool } = database;
    const copy = 'create table kept as table audit_log';
    const back =
      'alter table audit_log disable trigger user; truncate audit_log; insert into audit_log table kept; drop table kept; alter table audit_log enable trigger user';
    await pool.query(copy);
    await pool.query(
      `alter table audit_log disable trigger user; ${sql}; alter table audit_log enable trigger user`,
    );
    try {
      await work();
    } finally {
      await pool.query(back);
    }
  }

  it('is chained by the database as computed here, in one order, however many write at once', async () => {
    const writers = createPool(database.writerUrl, { max: 8 });
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        saveAuditEntry(
          writers,
          entry(`writer ${index}`, {
            index,
            text: 'é"\\ 🍐',
            many: [null, true, 1e-7, 1e21],
          }),
        ),
      ),
    );
    await writers.end();
    const report = await verify();
    expect(report).toMatchObject({ entries: 200, erased: 0, firstBreak: null });
    expect(report.head).toEqual(await readAuditHead(database.pool));
    const { rows } = await database.pool.query(
      'select max(id), count(*), bool_and(at >= before_at) as in_time from (select *, lag(at, 1, at) over (order by id) as before_at from audit_log)',
    );
    expect(rows[0]).toEqual({ max: 200, count: 200, in_time: true });
  });

  it('takes no place, time or hash from who writes', async () => {
    await database.pool.query(
      `insert into audit_log (id, at, who, action, subject, why, salt, content_hash, prev_hash, hash)
       values (7, '2020-01-01', 'a', 'b', 'c', 'd', null, 'x', 'y', 'z')`,
    );
    expect((await verify()).firstBreak).toBeNull();
    const { rows } = await database.pool.query(
      "select id, at > now() - interval '1 hour' as now from audit_log order by id desc limit 1",
    );
    expect(rows).toEqual([{ id: 201, now: true }]);
  });

  it.each([
    'update audit_log set why = why',
    'delete from audit_log',
    'truncate audit_log',
    'delete from audit_log where id = 1',
  ])('refuses its owner to %s', async (sql) => {
    await expect(database.pool.query(sql)).rejects.toThrow(/only ever added to/);
  });

  it('lets the writer neither change the head nor call what chains', async () => {
    const writer = createPool(database.writerUrl, { max: 1 });
    for (const sql of [
      'update audit_head set id = 1',
      "select erase_from_audit_log(1, 'a')",
      'update audit_log set why = why',
      `set smart_etl.erasing = 'yes'; update audit_log set why = 'x'`,
    ]) {
      await expect(writer.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
    await writer.end();
  });

  it.each([
    [`update audit_log set why = 'another' where id = 5`, '5', 'content'],
    [`update audit_log set before = null where id = 5`, '5', 'content'],
    [`update audit_log set at = at + interval '1 microsecond' where id = 5`, '5', 'hash'],
    [`delete from audit_log where id = 5`, '6', 'link'],
    [`delete from audit_log where id = 1`, '2', 'link'],
    [`delete from audit_log where id = 201`, '200', 'end'],
    [`delete from audit_log`, '0', 'end'],
    [
      `update audit_log set id = case id when 5 then -6 else -5 end where id in (5, 6);
      update audit_log set id = -id where id < 0`,
      '5',
      'link',
    ],
    [`update audit_log set id = -5 where id = 5`, '-5', 'order'],
  ])('shows what an owner did behind its back: %s', async (sql, id, kind) => {
    await tampered(sql, async () => expect((await verify()).firstBreak).toMatchObject({ id, kind }));
    expect((await verify()).firstBreak).toBeNull();
  });

  it('accounts for what an erasure took out, and for nothing else', async () => {
    const { rows } = await database.pool.query(
      `insert into erasure (name, requested_by, why) values ('Jean Dupont', 'ann', 'asked') returning id`,
    );
    await saveAuditEntry(database.pool, entry('jean dupont', { by: 'Jean Dupont' }));
    await saveAuditEntry(database.pool, entry('ann'));
    await database.pool.query('select erase_from_tables($1, null)', [rows[0].id]);
    expect(await verify()).toMatchObject({ entries: 204, erased: 1, firstBreak: null });
    const left = await database.pool.query(`select who, after, salt from audit_log where id = 202`);
    expect(left.rows).toEqual([{ who: '***', after: { by: '***' }, salt: null }]);
    await tampered(`update audit_log set who = 'bob' where id = 202`, async () => {
      expect((await verify()).firstBreak).toMatchObject({ id: '202', kind: 'content' });
    });
  });
});
