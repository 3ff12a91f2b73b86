import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { interpolate, readCompose, readDatabaseScript, readDockerfile } from './compose-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-compose-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const file = path.join(folder, 'file');
  writeFileSync(file, text);
  return file;
}

it.each([
  ['@{A}', 'one'],
  ['@{B:-two}', 'two'],
  ['@{EMPTY:-three}', 'three'],
  ['@{A:-x}@{B}.', 'one.'],
  ['@@{A}', '@{A}'],
  ['@A', '@A'],
])('fills in %s (@ for the sign of a variable) as compose does', (written, expected) => {
  const signed = (text: string) => text.replaceAll('@', '$');
  expect(interpolate(signed(written), { A: 'one', EMPTY: '' })).toBe(signed(expected));
});

it('reads services with what they share', () => {
  const file = fileWith(`
x-ours: &ours { image: "ours:1" }
services:
  task:
    <<: *ours
    command: [node, task.ts]
    restart: "no"
  server:
    image: "server:\${VERSION:-2}"
    environment: { PORT: 1, PASSWORD: "$$(cat /run/secrets/a)" }
    secrets: [a]
    volumes: ["\${DROP:-./drop}:/drop", "data:/data:ro"]
    ports: ["127.0.0.1:8080:80"]
    profiles: [tools]
    depends_on: { task: { condition: service_completed_successfully } }
`);
  expect(readCompose(file, { DROP: '/elsewhere' })).toEqual([
    {
      ...{ name: 'task', image: 'ours:1', command: ['node', 'task.ts'], isTask: true },
      ...{ environment: {}, secrets: [], volumes: [], ports: [], dependsOn: {}, profiles: [] },
    },
    {
      ...{ name: 'server', image: 'server:2', command: null, isTask: false, secrets: ['a'] },
      environment: { PORT: '1', PASSWORD: '$(cat /run/secrets/a)' },
      volumes: [
        { source: '/elsewhere', target: '/drop' },
        { source: 'data', target: '/data' },
      ],
      ports: [{ host: 8080, container: 80 }],
      dependsOn: { task: 'service_completed_successfully' },
      profiles: ['tools'],
    },
  ]);
});

it('reads of a Dockerfile what its last stage holds', () => {
  const file = fileWith(`FROM a AS first
COPY package.json ./
ENV X=1
FROM b
ENV A=1 B="two words"
COPY --from=first /app ./
COPY config.ts *-config.ts ./
COPY db db
`);
  expect(readDockerfile(file)).toEqual({
    copied: ['config.ts', '*-config.ts', 'db'],
    environment: { A: '1', B: 'two words' },
  });
});

it('reads the SQL of a script, in which database, and what its variables are', () => {
  const script = `psql --set owner="$(secret postgres_owner)" <<'SQL'
create role a password :'owner';
create database b
  owner a;
\\connect b
-- why
revoke all on c from public;
SQL
`;
  expect(readDatabaseScript(fileWith(script))).toEqual({
    parts: [
      {
        database: 'postgres',
        statements: [`create role a password :'owner'`, 'create database b\n  owner a'],
      },
      { database: 'b', statements: ['-- why\nrevoke all on c from public'] },
    ],
    secretOf: { owner: 'postgres_owner' },
  });
  expect(() => readDatabaseScript(fileWith('echo'))).toThrow(/expected SQL/);
});
