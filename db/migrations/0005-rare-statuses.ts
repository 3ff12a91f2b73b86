import type { Knex } from 'knex';

/** The live page filters by status: without this, the newest of a rare status is searched for in every run. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
create index run_of_rare_status on run (status, started_at) where status in ('running', 'cancelled');
create index file_by_arrival on file (received_at);
`);
}
