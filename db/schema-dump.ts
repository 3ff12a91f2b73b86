import type { Queryable } from './pool.ts';

interface Definition {
  definition: string;
}

/**
 * The schema as SQL, read from the catalogue in a fixed order. `db/schema.sql` is this text: a migration that
 * changes the schema shows what it changed. (pg_dump does not come with the embedded server.) Partitions are left out:
 * months come and go with the data.
 */
export async function dumpSchema(client: Queryable): Promise<string> {
  const lines = async (sql: string): Promise<string[]> =>
    (await client.query<Definition>(sql)).rows.map((row) => row.definition);
  const sections = [
    await lines(`
      select format('create type %I as enum (%s);', t.typname,
        string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)) as definition
      from pg_type t join pg_enum e on e.enumtypid = t.oid
      where t.typnamespace = 'public'::regnamespace group by t.typname order by t.typname`),
    await lines(`
      select pg_get_functiondef(oid) || ';' as definition from pg_proc
      where pronamespace = 'public'::regnamespace order by proname`),
    await lines(`
      select format(E'create table %I (\\n%s\\n)%s;', c.relname, string_agg(line, E',\\n' order by part, position, line),
        coalesce(' partition by ' || pg_get_partkeydef(c.oid), '')) as definition
      from pg_class c
      cross join lateral (
        select 1 as part, a.attnum::int as position, format('  %I %s%s%s', a.attname,
          format_type(a.atttypid, a.atttypmod),
          case when a.attidentity = 'a' then ' generated always as identity'
               when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end,
          case when a.attnotnull then ' not null' else '' end) as line
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        union all
        select 2, 0, format('  constraint %I %s', k.conname, pg_get_constraintdef(k.oid))
        from pg_constraint k where k.conrelid = c.oid and k.contype <> 'n'
      ) as body
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition and c.relname not like 'knex%'
      group by c.oid, c.relname order by c.relname`),
    await lines(`
      select pg_get_indexdef(i.indexrelid) || ';' as definition
      from pg_index i join pg_class c on c.oid = i.indrelid
      where c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relname not like 'knex%'
        and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
      order by i.indexrelid::regclass::text`),
    await lines(`
      select format(E'create view %I as\\n%s', c.relname, pg_get_viewdef(c.oid)) as definition
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' order by c.relname`),
    await lines(`
      select format('grant %s on %I to %I;', string_agg(lower(privilege_type), ', ' order by privilege_type),
        table_name, grantee) as definition
      from information_schema.role_table_grants
      where table_schema = 'public' and grantee like 'smart_etl_%' and grantee <> 'smart_etl_owner'
      group by table_name, grantee order by grantee, table_name`),
    await lines(`
      select format('grant %s (%s) on %I to %I;', lower(privilege_type), string_agg(attname, ', ' order by attnum),
        relname, grantee::regrole) as definition
      from pg_attribute join pg_class c on c.oid = attrelid cross join lateral aclexplode(attacl)
      where c.relnamespace = 'public'::regnamespace and grantee::regrole::text like 'smart_etl_%'
      group by relname, grantee, privilege_type order by grantee::regrole::text, relname, privilege_type`),
  ];
  return `${sections.map((section) => section.join('\n\n')).join('\n\n')}\n`;
}

/** The data dictionary: every table and view with its columns, in Markdown, from the comments in the schema. */
export async function describeSchema(client: Queryable): Promise<string> {
  const { rows } = await client.query<{
    relation: string;
    meaning: string | null;
    columns: { name: string; type: string; required: boolean; meaning: string | null }[];
  }>(`
    select c.relname as relation, obj_description(c.oid) as meaning,
      json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
        'required', a.attnotnull, 'meaning', coalesce(col_description(c.oid, a.attnum),
          case when c.relkind = 'v' then 'As in the table of the same column.' end)) order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
      and not c.relispartition and c.relname not like 'knex%'
    group by c.oid, c.relname order by c.relname`);
  const undescribed = rows.flatMap(({ relation, meaning, columns }) => [
    ...(meaning === null ? [relation] : []),
    ...columns.filter((column) => column.meaning === null).map((column) => `${relation}.${column.name}`),
  ]);
  if (undescribed.length > 0) throw new Error(`without a comment in the schema: ${undescribed.join(', ')}`);
  const sections = rows.map(({ relation, meaning, columns }) =>
    [
      `## ${relation}`,
      meaning,
      [
        '| column | type | required | meaning |',
        '| --- | --- | --- | --- |',
        ...columns.map(
          (column) =>
            `| ${column.name} | ${column.type} | ${column.required ? 'yes' : ''} | ${column.meaning} |`,
        ),
      ].join('\n'),
    ].join('\n\n'),
  );
  return [
    '# Data dictionary',
    'Generated by `scripts/generate` from the comments in the schema (`db/migrations/`). Instants are stored with time zone.',
    ...sections,
  ]
    .join('\n\n')
    .concat('\n');
}
