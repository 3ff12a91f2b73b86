import type { Knex } from 'knex';

/**
 * A sample, and what a file says of the quality of its source, is known when the file is loaded: neither its receipt
 * (it may wait, or be held) nor loaded_at (a rebuild renews it) tells that.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table file add column accounted_at timestamptz;
comment on column file.accounted_at is 'When its account last changed, by a load or because refused rows were read again, but not by a rebuild: what it holds was not known here before. Of an original found again after the ledger was lost: its receipt. Null: not loaded, or by a rebuild only.';
-- A rebuild may have renewed it: then these files count as known too late, never too early.
update file set accounted_at = loaded_at where state = 'loaded';
`);
}
