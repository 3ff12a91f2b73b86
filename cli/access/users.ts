/** `smart-etl user`: people who log in with a password. */
import { loadConfig } from '../../config.ts';
import {
  addUser,
  changePassword,
  changeRole,
  type Decision,
  disableUser,
  logOutEverywhere,
  type RoleName,
  readUsers,
} from '../../db/access/users.ts';
import { type Pool, type Queryable, withTransaction } from '../../db/pool.ts';
import { hashPassword } from '../../services/password-hash.ts';
import { withDatabase } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ConflictError } from '../options/usage-error.ts';
import { textTable } from '../text-table.ts';
import { nameOption } from './role-option.ts';
import { typedPassword } from './typed-password.ts';

interface Decided {
  who?: string;
  why?: string;
  json?: boolean;
}

/** What the audit log calls those who are no user. */
const RESERVED = ['local', 'api-token', 'ping-key'];

/** `user add NAME --role R`: the password is typed, or the first line of standard input. */
export async function addNamedUser(
  typedName: string,
  options: { role: RoleName } & Decided,
): Promise<ExitCode> {
  const name = nameOption(typedName, RESERVED);
  const { role } = options;
  const passwordHash = await hashPassword(await typedPassword(name));
  await changed(options, 'added on the command line', async (client, decision) => {
    if (!(await addUser(client, { name, role, passwordHash }, decision)))
      throw new ConflictError(`there is a user "${name}" already`);
  });
  return said(options, { name, role }, `${name} is ${role} and can log in`);
}

/** `user list`. */
export async function listUsers({ json }: { json?: boolean }): Promise<ExitCode> {
  const users = await withDatabase(loadConfig(), readUsers);
  if (json) console.log(JSON.stringify({ items: users }));
  else if (users.length === 0) console.log('there is no user');
  else {
    console.log(
      textTable(
        ['name', 'role', 'state', 'since', 'sessions'],
        users.map((user) => [
          user.name,
          user.role,
          user.disabledAt === null ? 'may log in' : 'disabled',
          (user.disabledAt ?? user.createdAt).toISOString().slice(0, 10),
          String(user.sessions),
        ]),
      ),
    );
  }
  return EXIT.ok;
}

/** `user role NAME ROLE`: counts from the next request on. */
export async function setRole(name: string, role: RoleName, options: Decided): Promise<ExitCode> {
  await changed(options, 'changed on the command line', (client, decision) =>
    changeRole(client, name, role, decision),
  );
  return said(options, { name, role }, `${name} is ${role} now`);
}

/** `user password NAME`: sets a new one, ends all sessions, and lets a disabled user in again. */
export async function setPassword(name: string, options: Decided): Promise<ExitCode> {
  const passwordHash = await hashPassword(await typedPassword(name));
  await changed(options, 'changed on the command line', (client, decision) =>
    changePassword(client, name, passwordHash, decision),
  );
  return said(options, { name, disabled: false }, `${name} logs in with the new password from now on`);
}

/** `user disable NAME`: nobody gets in by that name, and whoever is in is out. */
export async function disableNamedUser(name: string, options: Decided): Promise<ExitCode> {
  await changed(options, 'disabled on the command line', (client, decision) =>
    disableUser(client, name, decision),
  );
  return said(options, { name, disabled: true }, `${name} can log in no more`);
}

/** `user logout NAME`: also those whom an OpenID provider knows. */
export async function logOutUser(name: string, options: Decided): Promise<ExitCode> {
  const sessionsEnded = await changed(options, 'logged out on the command line', (client, decision) =>
    logOutEverywhere(client, name, decision),
  );
  return said(options, { name, sessionsEnded }, `${name}: ${sessionsEnded} sessions ended`);
}

function changed<Result>(
  options: Decided,
  whyByDefault: string,
  change: (client: Queryable, decision: Decision) => Promise<Result>,
): Promise<Result> {
  const decision = decisionOf(options, whyByDefault);
  return withDatabase(loadConfig(), (pool: Pool) =>
    withTransaction(pool, (client) => change(client, decision)),
  );
}

function said({ json }: Decided, outcome: object, sentence: string): ExitCode {
  console.log(json ? JSON.stringify(outcome) : sentence);
  return EXIT.ok;
}
