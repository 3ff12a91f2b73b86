/**
 * What is written down of every finished piece of work, beside the product: triggers of the benchmark's own, which the
 * product knows nothing of. A file that is loaded, or a message that is recorded as sent, a second time was written by
 * somebody whose turn was over.
 */
import { ask } from './pipeline.ts';

const LOG = `
  create schema chaos;
  create table chaos.finished (what text not null, key text not null, session int not null, at timestamptz not null);
  create function chaos.note() returns trigger language plpgsql security definer set search_path = chaos as $note$
    begin
      insert into chaos.finished values (tg_table_name, to_jsonb(new) ->> tg_argv[0], pg_backend_pid(), clock_timestamp());
      return new;
    end
  $note$;
  create trigger chaos_file after update on file for each row
    when (new.state = 'loaded' and new.loaded_at is distinct from old.loaded_at)
    execute function chaos.note('sha256');
  create trigger chaos_notification after update on notification for each row
    when (new.state = 'sent' and new.sent_at is distinct from old.sent_at) execute function chaos.note('id');`;

/** @param adminUrl of a superuser, in the database of the estate */
export const startWriteLog = (adminUrl: string): Promise<unknown> => ask(adminUrl, LOG);

export interface WriteLog {
  finished: number;
  /** Finished once more after it was finished. */
  staleWrites: number;
  examples: { what: string; key: string; times: number }[];
}

export async function readWriteLog(adminUrl: string): Promise<WriteLog> {
  const [all] = await ask<{ count: number }>(adminUrl, 'select count(*)::int as count from chaos.finished');
  const again = await ask<{ what: string; key: string; times: number }>(
    adminUrl,
    `select what, key, count(*)::int as times from chaos.finished group by what, key having count(*) > 1 order by key`,
  );
  return {
    finished: all!.count,
    staleWrites: again.reduce((sum, { times }) => sum + times - 1, 0),
    examples: again.slice(0, 5),
  };
}
