import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { lifetime, roleOption } from './role-option.ts';

const ROLE = 'viewer, operator, ml-engineer or admin';
const json = ['--json', 'one JSON document on stdout'] as const;
const who = ['--who <name>', 'who decides'] as const;
const why = ['--why <reason>', 'why'] as const;

/** Adds `smart-etl token|user|audit …`. What a command needs is loaded when it is called. */
export function addAccessCommands(program: Command, finish: (code: ExitCode) => void): void {
  addTokenCommands(program, finish);
  addUserCommands(program, finish);
  addAuditCommands(program, finish);
}

function addTokenCommands(program: Command, finish: (code: ExitCode) => void): void {
  const token = program.command('token').description('tokens that programs bring to the API');
  token
    .command('create')
    .description('make a token and print it, this once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--role <role>', ROLE, roleOption)
    .option('--expires <time>', 'such as 90d; left out, never', lifetime)
    .option(...who)
    .option(...why)
    .option(...json)
    .action(async (options) => finish(await (await import('./tokens.ts')).createToken(options)));
  token
    .command('list')
    .description('names, roles and what became of them')
    .option(...json)
    .action(async (options) => finish(await (await import('./tokens.ts')).listTokens(options)));
  token
    .command('revoke')
    .description('take a token back, from the next request on')
    .argument('<name>')
    .option(...who)
    .option(...why)
    .option(...json)
    .action(async (name, options) =>
      finish(await (await import('./tokens.ts')).revokeNamedToken(name, options)),
    );
}

function addUserCommands(program: Command, finish: (code: ExitCode) => void): void {
  const user = program.command('user').description('people who log in with a password');
  user
    .command('list')
    .description('names, roles, and whether they may log in')
    .option(...json)
    .action(async (options) => finish(await (await import('./users.ts')).listUsers(options)));
  user
    .command('add')
    .description('add a user; the password is typed or comes on standard input')
    .argument('<name>')
    .requiredOption('--role <role>', ROLE, roleOption)
    .option(...who)
    .option(...why)
    .option(...json)
    .action(async (name, options) => finish(await (await import('./users.ts')).addNamedUser(name, options)));
  user
    .command('role')
    .description('give a user another role')
    .argument('<name>')
    .argument('<role>', ROLE, roleOption)
    .option(...who)
    .option(...why)
    .option(...json)
    .action(async (name, role, options) =>
      finish(await (await import('./users.ts')).setRole(name, role, options)),
    );
  user
    .command('password')
    .description('set a new password: ends all sessions, lets a disabled user in again')
    .argument('<name>')
    .option(...who)
    .option(...why)
    .option(...json)
    .action(async (name, options) => finish(await (await import('./users.ts')).setPassword(name, options)));
  user
    .command('disable')
    .description('nobody gets in by this name any more; ends all sessions')
    .argument('<name>')
    .option(...who)
    .option(...why)
    .option(...json)
    .action(async (name, options) =>
      finish(await (await import('./users.ts')).disableNamedUser(name, options)),
    );
  user
    .command('logout')
    .description('end all sessions of somebody, also by OpenID')
    .argument('<name>')
    .option(...who)
    .option(...why)
    .option(...json)
    .action(async (name, options) => finish(await (await import('./users.ts')).logOutUser(name, options)));
}

function addAuditCommands(program: Command, finish: (code: ExitCode) => void): void {
  const audit = program.command('audit').description('what was changed by or for people');
  audit
    .command('list')
    .description('entries, newest first')
    .option('--subject <text>', 'exactly this subject')
    .option('--who <name>', 'exactly this person')
    .option('--since <instant>', 'not before')
    .option('--limit <n>', 'entries at most (100)', wholeNumber)
    .option(...json)
    .action(async (options) => finish(await (await import('./audit.ts')).listAudit(options)));
  audit
    .command('verify')
    .description('compute the chain of all entries anew and tell the first that was changed')
    .option('--head <hash>', 'that was printed earlier and kept elsewhere')
    .option(...json)
    .action(async (options) => finish(await (await import('./audit.ts')).verifyAudit(options)));
}
