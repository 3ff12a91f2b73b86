import type { Knex } from 'knex';

/** Who may come in, and an audit log of which every entry is chained to the one before it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(PEOPLE);
  await knex.raw(CHAIN);
  await knex.raw(ERASURE);
  await knex.raw(DOOR);
  await knex.raw(GRANTS);
}

const PEOPLE = /* sql */ `
create table app_user (
  id bigint generated always as identity primary key,
  name text not null unique
    check (name ~ '^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$' and lower(name) not in ('local', 'api-token', 'ping-key')),
  role text not null check (role in ('viewer', 'operator', 'ml-engineer', 'admin')),
  password text not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  password_changed_at timestamptz not null default now(),
  disabled_at timestamptz
);
create unique index app_user_whatever_case on app_user (lower(name));
comment on table app_user is 'People who log in with a password.';
comment on column app_user.id is 'Identifier.';
comment on column app_user.name is 'What they log in with, and what the audit log calls them; the case of letters does not tell people apart.';
comment on column app_user.role is 'viewer, operator, ml-engineer or admin.';
comment on column app_user.password is 'scrypt of the password with its parameters and its own salt; never the password.';
comment on column app_user.created_at is 'When.';
comment on column app_user.created_by is 'Who added them.';
comment on column app_user.password_changed_at is 'When the password was set last.';
comment on column app_user.disabled_at is 'From then on nobody gets in by this name; null: not disabled.';

create table api_token (
  id bigint generated always as identity primary key,
  name text not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$'),
  role text not null check (role in ('viewer', 'operator', 'ml-engineer', 'admin')),
  token_sha256 text not null unique check (token_sha256 ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now(),
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);
comment on table api_token is 'Tokens of programs.';
comment on column api_token.id is 'Identifier.';
comment on column api_token.name is 'What it is for; the audit log calls whoever brings it "token:" and this name.';
comment on column api_token.role is 'viewer, operator, ml-engineer or admin.';
comment on column api_token.token_sha256 is 'SHA-256 of the token, which is 256 random bits: there is nothing to guess, so no slow hash.';
comment on column api_token.created_at is 'When.';
comment on column api_token.created_by is 'Who made it.';
comment on column api_token.expires_at is 'From then on it opens nothing; null: never.';
comment on column api_token.revoked_at is 'When it was taken back; null: not.';
comment on column api_token.last_used_at is 'When it was used last, to the hour.';

create table web_session (
  id bigint generated always as identity primary key,
  cookie_sha256 text not null unique check (cookie_sha256 ~ '^[0-9a-f]{64}$'),
  user_id bigint references app_user (id),
  who text not null check (length(who) between 1 and 200),
  role text check (role in ('viewer', 'operator', 'ml-engineer', 'admin')),
  began_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  ends_at timestamptz not null,
  ended_at timestamptz,
  constraint web_session_role check ((user_id is null) = (role is not null))
);
create index web_session_of_user on web_session (user_id) where ended_at is null;
comment on table web_session is 'Log-ins of browsers. Kept for 30 days after their end.';
comment on column web_session.id is 'Identifier.';
comment on column web_session.cookie_sha256 is 'SHA-256 of the cookie, which is 256 random bits.';
comment on column web_session.user_id is 'Who logged in with a password; null: an OpenID provider said who it is.';
comment on column web_session.who is 'What the audit log calls them.';
comment on column web_session.role is 'As the OpenID provider told at the log-in; null: that of the user, as it is now.';
comment on column web_session.began_at is 'When they logged in.';
comment on column web_session.seen_at is 'When it was used last, to the minute.';
comment on column web_session.ends_at is 'From then on it opens nothing, however much it is used.';
comment on column web_session.ended_at is 'When it was ended: logged out, password changed, user disabled; null: not.';
`;

const CHAIN = /* sql */ `
alter table audit_log
  alter column id drop identity,
  add column salt uuid,
  add column content_hash text,
  add column prev_hash text,
  add column hash text;
comment on table audit_log is 'Every change made by or for a person. Rows are only ever added; each is chained to the one before it: smart-etl audit verify.';
comment on column audit_log.id is 'Its place in the chain, given by the database.';
comment on column audit_log.at is 'When it was written, on the clock of the database.';
comment on column audit_log.salt is 'Random part of content_hash, without which a name that was erased could be guessed and tried; null: something was erased from the entry.';
comment on column audit_log.content_hash is 'SHA-256 of what the entry said when it was written.';
comment on column audit_log.prev_hash is 'hash of the entry before it; 64 zeros for the first.';
comment on column audit_log.hash is 'SHA-256 over prev_hash, id, at and content_hash.';

create table audit_head (
  one boolean primary key default true check (one),
  id bigint not null,
  hash text not null
);
insert into audit_head (id, hash) values (0, repeat('0', 64));
comment on table audit_head is 'The last entry of the audit log: one row. Without it nothing tells that the last entries are gone.';
comment on column audit_head.one is 'There is one row.';
comment on column audit_head.id is 'id of the last entry.';
comment on column audit_head.hash is 'hash of the last entry.';

-- Every value behind its length in bytes: no two different entries have the same text.
create function audit_content_hash(entry audit_log) returns text
  language sql immutable set search_path = pg_catalog, public as $$
  select encode(sha256(convert_to((
    select string_agg(coalesce(octet_length(value) || ':' || value, '-'), ',' order by place)
    from unnest(array[entry.who, entry.action, entry.subject, entry.why, entry.before::text, entry.after::text,
      entry.workflow_id, entry.salt::text]) with ordinality as part (value, place)), 'UTF8')), 'hex')
$$;
comment on function audit_content_hash(audit_log) is 'SHA-256 of what an entry says.';

create function audit_chain_hash(entry audit_log) returns text
  language sql immutable set search_path = pg_catalog, public as $$
  select encode(sha256(convert_to(concat_ws(',', entry.prev_hash, entry.id,
    trunc(extract(epoch from entry.at) * 1000000)::bigint, entry.content_hash), 'UTF8')), 'hex')
$$;
comment on function audit_chain_hash(audit_log) is 'SHA-256 that chains an entry to the one before it.';

create function chain_audit_entry() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  head public.audit_head;
begin
  -- One at a time, until the transaction ends: the order of the chain is the order of the commits.
  perform pg_advisory_xact_lock(hashtextextended('audit_log', 0));
  select * into head from public.audit_head;
  new.id := head.id + 1;
  new.at := clock_timestamp();
  new.salt := gen_random_uuid();
  new.prev_hash := head.hash;
  new.content_hash := public.audit_content_hash(new);
  new.hash := public.audit_chain_hash(new);
  -- Who reads an old snapshot (repeatable read) fails here instead of making a fork.
  update public.audit_head set id = new.id, hash = new.hash;
  return new;
end
$$;
comment on function chain_audit_entry() is 'Gives an entry of the audit log its place in the chain, whatever was written into these columns.';

create function refuse_audit_change() returns trigger
  language plpgsql set search_path = pg_catalog, public as $$
begin
  -- What an erasure takes out is in an entry of its own: see erase_from_audit_log.
  if tg_op = 'UPDATE' and current_setting('smart_etl.erasing', true) = 'yes'
    and (new.id, new.at, new.content_hash, new.prev_hash, new.hash)
      = (old.id, old.at, old.content_hash, old.prev_hash, old.hash) then
    return new;
  end if;
  raise exception 'the audit log is only ever added to, % refused', lower(tg_op)
    using errcode = 'insufficient_privilege';
end
$$;
comment on function refuse_audit_change() is 'Lets nobody change or delete entries of the audit log, not even the owner of the table.';

-- What is there already is chained as it stands.
do $$
declare
  entry public.audit_log;
  head text := repeat('0', 64);
begin
  for entry in select * from public.audit_log order by id loop
    entry.salt := gen_random_uuid();
    entry.prev_hash := head;
    entry.content_hash := public.audit_content_hash(entry);
    entry.hash := public.audit_chain_hash(entry);
    update public.audit_log set salt = entry.salt, content_hash = entry.content_hash, prev_hash = entry.prev_hash,
      hash = entry.hash where id = entry.id;
    update public.audit_head set id = entry.id, hash = entry.hash;
    head := entry.hash;
  end loop;
end
$$;

alter table audit_log
  alter column content_hash set not null,
  alter column prev_hash set not null,
  alter column hash set not null,
  add constraint audit_log_no_fork unique (prev_hash);
create index audit_log_by_subject on audit_log (subject, id);
create index audit_log_by_who on audit_log (who, id);
create index audit_log_by_time on audit_log (at);
create trigger chain before insert on audit_log for each row execute function chain_audit_entry();
create trigger only_added before update or delete on audit_log for each row execute function refuse_audit_change();
create trigger never_emptied before truncate on audit_log for each statement execute function refuse_audit_change();
`;

/** As in 0012, but that the audit log is not changed silently. */
const ERASURE = /* sql */ `
create function erase_from_audit_log(erasure_id bigint, pattern text) returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  erased jsonb;
begin
  perform set_config('smart_etl.erasing', 'yes', true);
  with changed as (
    update public.audit_log set salt = null,
      who = regexp_replace(who, pattern, '***', 'gi'),
      action = regexp_replace(action, pattern, '***', 'gi'),
      subject = regexp_replace(subject, pattern, '***', 'gi'),
      why = regexp_replace(why, pattern, '***', 'gi'),
      before = regexp_replace(before::text, pattern, '***', 'gi')::jsonb,
      after = regexp_replace(after::text, pattern, '***', 'gi')::jsonb,
      workflow_id = regexp_replace(workflow_id, pattern, '***', 'gi')
    where action <> 'audit.erased'
      and concat_ws(' ', who, action, subject, why, before, after, workflow_id) ~* pattern
    returning id, public.audit_content_hash(audit_log) as content_hash
  )
  select jsonb_object_agg(id, content_hash) into erased from changed;
  perform set_config('smart_etl.erasing', '', true);
  if erased is null then return; end if;
  insert into public.audit_log (who, action, subject, why, after)
  values ('erasure', 'audit.erased', 'erasure ' || erasure_id,
    'a name was erased from these entries; each is followed by the hash of what is left', jsonb_build_object('entries', erased));
end
$$;
comment on function erase_from_audit_log(bigint, text) is 'Takes a person out of the audit log, with an entry that tells the hashes of what is left.';

create or replace function erase_from_tables(erasure_id bigint, pseudonym text) returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  person text;
  pattern text;
  part record;
begin
  select name into person from erasure where id = erasure_id for update;
  if person is null then return; end if;
  pattern := regexp_replace(person, '([^[:alnum:]])', '\\\\\\1', 'g');
  if pseudonym is not null then pattern := '(' || pattern || '|' || pseudonym || ')'; end if;
  pattern := '(\\?<![[:alnum:]_])' || pattern || '(\\?![[:alnum:]_])';
  for part in
    select c.relname as relation, a.attname as attribute, a.atttypid = 'jsonb'::regtype as is_json
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
      and c.relname not like 'knex%' and c.relname not in ('source', 'model_version', 'audit_log')
      and a.attnum > 0 and not a.attisdropped
      and a.atttypid in ('text'::regtype, 'jsonb'::regtype)
      and (c.relname, a.attname) not in (('erasure', 'name'), ('app_user', 'password'))
      -- Keys and words of our own (kind, state) are no names of people; where a path is a key it is one all the same.
      and (a.attname in ('path', 'message') or (c.relname, a.attname) = ('web_session', 'who') or not exists (
        select from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c')
          and k.conname <> 'erasure_forgets_the_name' and a.attnum = any(k.conkey)))
  loop
    execute format('update public.%1$I set %2$I = regexp_replace(%2$I::text, $1, ''***'', ''gi'')%3$s
      where %2$I::text ~* $1', part.relation, part.attribute, case when part.is_json then '::jsonb' else '' end)
      using pattern;
  end loop;
  -- A name is unique in its namespace, so each gets one of its own.
  update job set name = 'erased ' || id where name ~* pattern;
  -- Whoever logged in by that name does so no more.
  update web_session set ended_at = coalesce(ended_at, now())
    where user_id in (select id from app_user where name ~* pattern);
  update app_user set name = 'erased-' || id, password = '', disabled_at = coalesce(disabled_at, now())
    where name ~* pattern;
  update api_token set name = 'erased-' || id, revoked_at = coalesce(revoked_at, now()) where name ~* pattern;
  perform erase_from_audit_log(erasure_id, pattern);
  update erasure set name = null, done_at = now() where id = erasure_id;
end
$$;
`;

/** What the API may ask and do about who comes in: these functions, and not the tables. */
const DOOR = /* sql */ `
create function login_exists() returns boolean
  language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select from public.app_user) or exists (select from public.api_token)
$$;
comment on function login_exists() is 'Whether a user or a token was ever made: from then on nobody comes in without saying who they are.';

create function identity_of_token(hash text)
  returns table (id bigint, name text, role text, state text, stale boolean)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select t.id, t.name, t.role,
    case when t.revoked_at is not null then 'revoked' when t.expires_at <= now() then 'expired' else 'valid' end,
    t.last_used_at is null or t.last_used_at < now() - interval '1 hour'
  from public.api_token t where t.token_sha256 = hash
$$;
comment on function identity_of_token(text) is 'Who brings the token of this hash; stale: its use is worth noting.';

create function identity_of_session(hash text, idle interval)
  returns table (id bigint, name text, role text, state text, stale boolean)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select s.id, s.who, coalesce(u.role, s.role),
    case when s.ended_at is not null or u.disabled_at is not null or s.began_at < u.password_changed_at then 'ended'
      when s.ends_at <= now() or s.seen_at <= now() - idle then 'expired' else 'valid' end,
    s.seen_at < now() - interval '1 minute'
  from public.web_session s left join public.app_user u on u.id = s.user_id where s.cookie_sha256 = hash
$$;
comment on function identity_of_session(text, interval) is 'Who brings the cookie of this hash; stale: that it was seen is worth noting.';

create function note_identity_use(kind text, identity_id bigint) returns void
  language sql security definer set search_path = pg_catalog, public as $$
  update public.api_token set last_used_at = now() where kind = 'token' and id = identity_id;
  update public.web_session set seen_at = now() where kind = 'session' and id = identity_id
$$;
comment on function note_identity_use(text, bigint) is 'Notes that a token or a session was used.';

create function password_of(user_name text) returns table (id bigint, name text, password text)
  language sql stable security definer set search_path = pg_catalog, public as $$
  select u.id, u.name, u.password from public.app_user u
  where lower(u.name) = lower(user_name) and u.disabled_at is null
$$;
comment on function password_of(text) is 'The hash that a password is checked against; nothing for a user that is not there or disabled.';

create function end_session(hash text, from_address text) returns boolean
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  ended public.web_session;
begin
  update public.web_session set ended_at = now() where cookie_sha256 = hash and ended_at is null returning * into ended;
  if not found then return false; end if;
  insert into public.audit_log (who, action, subject, why, after)
  values (ended.who, 'logout', 'session ' || ended.id, 'asked for', jsonb_build_object('address', left(from_address, 100)));
  return true;
end
$$;
comment on function end_session(text, text) is 'Logs out; false when that was so already.';

create function begin_session(hash text, login_user_id bigint, told_who text, told_role text, lasts interval,
  from_address text, replaced_hash text) returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  new_id bigint;
  name text := told_who;
begin
  if lasts > interval '7 days' then
    raise exception 'a session lasts at most 7 days, asked for %', lasts using errcode = 'invalid_parameter_value';
  end if;
  if login_user_id is not null then
    select u.name into name from public.app_user u where u.id = login_user_id and u.disabled_at is null for share;
    if not found then
      raise exception 'user % is disabled', login_user_id using errcode = 'insufficient_privilege';
    end if;
  end if;
  perform public.end_session(replaced_hash, from_address);
  delete from public.web_session where ends_at < now() - interval '30 days';
  -- Nobody has more than 20 browsers; a script that logs in for every request must not fill the table.
  update public.web_session set ended_at = now() where id in (
    select s.id from public.web_session s
    where s.ended_at is null and s.user_id is not distinct from login_user_id and s.who = name
    order by s.id desc offset 19);
  insert into public.web_session (cookie_sha256, user_id, who, role, ends_at)
  values (hash, login_user_id, name, told_role, now() + lasts) returning id into new_id;
  insert into public.audit_log (who, action, subject, why, after)
  values (name, 'login', 'session ' || new_id, case when login_user_id is null then 'OpenID' else 'password' end,
    jsonb_build_object('address', left(from_address, 100), 'role', told_role));
end
$$;
comment on function begin_session(text, bigint, text, text, interval, text, text) is 'Logs in, in place of the session that the browser had, with an entry in the audit log.';

create function refuse_login(user_name text, from_address text, reason text) returns void
  language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  known text;
begin
  select u.name into known from public.app_user u where lower(u.name) = lower(user_name);
  -- A name that nobody has is not kept: people type their password there.
  insert into public.audit_log (who, action, subject, why, after)
  values (coalesce(known, 'nobody known'), 'login.refused', 'login', left(reason, 200),
    jsonb_build_object('address', left(from_address, 100)));
end
$$;
comment on function refuse_login(text, text, text) is 'Notes in the audit log that a log-in was refused.';
`;

const GRANTS = /* sql */ `
do $$
declare
  door text[] := array['identity_of_token(text)', 'identity_of_session(text, interval)', 'note_identity_use(text, bigint)',
    'password_of(text)', 'end_session(text, text)', 'begin_session(text, bigint, text, text, interval, text, text)',
    'refuse_login(text, text, text)'];
  hidden text[] := array['login_exists()', 'erase_from_audit_log(bigint, text)', 'audit_content_hash(audit_log)',
    'audit_chain_hash(audit_log)', 'chain_audit_entry()', 'refuse_audit_change()'];
  signature text;
begin
  foreach signature in array door || hidden loop
    execute 'revoke execute on function ' || signature || ' from public';
  end loop;
  if exists (select from pg_roles where rolname = 'smart_etl_writer') then
    grant select, insert, update on app_user, api_token, web_session to smart_etl_writer;
    grant select on audit_head to smart_etl_writer;
    grant execute on function login_exists() to smart_etl_writer;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_reader') then
    grant select on audit_head to smart_etl_reader;
    grant execute on function login_exists() to smart_etl_reader;
  end if;
  if exists (select from pg_roles where rolname = 'smart_etl_api') then
    foreach signature in array door loop
      execute 'grant execute on function ' || signature || ' to smart_etl_api';
    end loop;
  end if;
end
$$;
`;
