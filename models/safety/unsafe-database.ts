import { isThisMachine, type SafetyFinding, unsafe } from './safety-finding.ts';

export interface DatabaseFacts {
  /** As in the address; empty for a socket. */
  host: string;
  /** Of the connection that asked. */
  isEncrypted: boolean;
  /** As `sslmode` in the address says; null: it says nothing. */
  sslMode: string | null;
  /** `on` or `off`; of synchronous_commit also `local` and more. */
  fsync: string;
  fullPageWrites: string;
  synchronousCommit: string;
  dataChecksums: string;
  /** The role of the connection that asked, and those of Smart ETL that exist. */
  roles: readonly RoleFacts[];
  currentRole: string;
}

export interface RoleFacts {
  name: string;
  /** Of superuser, create role, create database, replication, bypass row security: which it has. */
  attributes: readonly string[];
  /** Tables of ours that it owns, itself or through a role it is a member of. */
  ownedTables: number;
  /** May make tables of its own among ours. */
  mayCreate: boolean;
  /** May change or delete what is in the audit log. */
  mayChangeAudit: boolean;
  /** May write large objects, which no grant of a table guards. */
  mayWriteLargeObjects: boolean;
  /** Roles of PostgreSQL it is a member of that reach files, programs or all data, such as pg_write_all_data. */
  powers: readonly string[];
}

/** It migrates; nothing that serves is to be it. */
const OWNER = 'smart_etl_owner';

/** What of a PostgreSQL and its roles is unsafe, what loses data first. */
export function unsafeDatabase(facts: DatabaseFacts): SafetyFinding[] {
  return [...unsafeStorage(facts), ...unsafeConnection(facts), ...unsafeRoles(facts)];
}

function unsafeStorage(facts: DatabaseFacts): SafetyFinding[] {
  const settings: [name: string, value: string, why: string][] = [
    ['fsync', facts.fsync, 'after a crash of the machine the tables may be corrupt, and nothing says so'],
    ['full_page_writes', facts.fullPageWrites, 'a page half written when the power fails stays half written'],
    [
      'synchronous_commit',
      facts.synchronousCommit,
      'what was acknowledged is lost in a crash: a load told as done, a message told as sent and then sent again',
    ],
  ];
  const findings = settings
    .filter(([, value]) => value === 'off')
    .map(([name, , why]) =>
      unsafe('PostgreSQL', `${name} is off`, why, `alter system set ${name} = on; select pg_reload_conf()`),
    );
  if (facts.dataChecksums === 'off') {
    const why = 'a disk that returns wrong bytes is noticed by nobody';
    const cure = 'stop the server and run pg_checksums --enable on its data folder';
    findings.push(unsafe('PostgreSQL', 'data checksums are off', why, cure));
  }
  return findings;
}

function unsafeConnection({ host, isEncrypted, sslMode }: DatabaseFacts): SafetyFinding[] {
  if (isThisMachine(host)) return [];
  if (!isEncrypted) {
    const why = 'owners, error texts and log-ins pass the network in the clear';
    const cure = 'turn ssl on at the server and end databaseUrl with ?sslmode=verify-full';
    return [unsafe('PostgreSQL', `the connection to ${host} is not encrypted`, why, cure)];
  }
  if (sslMode !== 'no-verify') return [];
  const why = 'whoever stands in between can be the server';
  const cure = 'end databaseUrl with ?sslmode=verify-full&sslrootcert=FILE';
  return [unsafe('PostgreSQL', `the certificate of ${host} is not looked at`, why, cure)];
}

function unsafeRoles({ roles, currentRole }: DatabaseFacts): SafetyFinding[] {
  return roles.flatMap((role) => {
    const found: string[] = [];
    if (role.attributes.length > 0) found.push(`has ${role.attributes.join(', ')}`);
    if (role.powers.length > 0) found.push(`is a member of ${role.powers.join(', ')}`);
    // The owner owns: what matters is that nothing that serves is the owner.
    if (role.name !== OWNER || currentRole === OWNER) {
      if (role.ownedTables > 0) found.push(`owns ${role.ownedTables} tables`);
      else if (role.mayCreate) found.push('may make tables of its own in schema public');
      if (role.ownedTables === 0 && role.mayWriteLargeObjects) found.push('may write large objects');
      if (role.ownedTables === 0 && role.mayChangeAudit) found.push('may change the audit log');
    }
    if (found.length === 0) return [];
    const why = 'who takes over a worker or the API can change the schema, the audit log or the server';
    const cure =
      role.name === currentRole
        ? 'let databaseUrl name smart_etl_writer (workers), smart_etl_api (API) or smart_etl_reader (people)'
        : `take it away, as infra/postgres/make-databases.sh does: ${role.name} needs only what the migrations grant`;
    return [unsafe('roles', `${role.name} ${found.join('; ')}`, why, cure)];
  });
}
