import knexModule from 'knex';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../tests/database.ts';
import { migrate } from '../migrate.ts';
import { migrationSource } from '../migrations/index.ts';
import { withTransaction } from '../pool.ts';
import { toldOfIncident } from './notifications.ts';
import { dueNotifications } from './outbox.ts';

const { knex } = knexModule;

it('messages that were there before channels are kept, known to be told, and still sent', async () => {
  const older = await createTestDatabase('template0');
  const connection = knex({ client: 'pg', connection: older.url });
  const all = await migrationSource.getMigrations([]);
  const place = all.findIndex(({ name }) => name === '0019-notifications');
  const before = { ...migrationSource, getMigrations: async () => all.slice(0, place) };
  await connection.migrate.latest({ migrationSource: before });
  await connection.destroy();
  try {
    await older.pool.query(
      `insert into source (name, kind, folder, namespace) values ('runs', 'runs', '', 'd')`,
    );
    const { rows: columns } = await older.pool.query(
      `select from information_schema.columns where table_name = 'incident' and column_name = 'kind'`,
    );
    await older.pool.query(
      columns.length > 0
        ? `insert into incident (kind, source, opened_at) values ('source-unreadable', 'runs', '2026-03-01')`
        : `insert into incident (severity, causes, opened_at) values ('major', '[]', '2026-03-01')`,
    );
    await older.pool.query(
      `insert into notification (id, kind, channel, subject, body, state, attempts, created_at) values
         ('opened', 'incidents-opened', 'mail', 'Failing', 'x', 'sent', 1, '2026-03-01'),
         ('resolved', 'incidents-resolved', 'mail', 'Over', 'x', 'pending', 0, '2026-03-02');
       insert into notification_incident values ('opened', 1), ('resolved', 1)`,
    );
    await migrate(older.url);
    const told = await withTransaction(older.pool, (client) => toldOfIncident(client, 1));
    expect(told).toEqual([
      {
        id: 'opened',
        channel: 'mail',
        event: 'opened',
        severity: 'major',
        state: 'sent',
        atMs: Date.parse('2026-03-01'),
      },
      expect.objectContaining({ id: 'resolved', event: 'resolved', state: 'waiting' }),
    ]);
    const limits = { messages: 5, perChannel: 5 };
    expect(await dueNotifications(older.pool, new Date('2026-03-03'), limits)).toEqual(['resolved']);
  } finally {
    await older.drop();
  }
});
