/** Processor time, which says on a busy machine what the clock cannot. */
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second, whatever its own tick (USER_HZ, see proc(5)). */
const TICKS_PER_S = 100;

interface ProcessTimes {
  parent: number;
  ownS: number;
  /** Of children that have ended and were waited for. */
  endedChildrenS: number;
}

/** What proc_pid_stat(5) tells; undefined once the process is gone, and where there is no such file. */
function timesOf(pid: number): ProcessTimes | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name before the last bracket may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const seconds = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) / TICKS_PER_S;
  return { parent: Number(fields[1]), ownS: seconds(11), endedChildrenS: seconds(13) };
}

/**
 * Seconds that PostgreSQL has spent on a processor, with all its connections, those that have ended included.
 *
 * @param backendPid of any connection: what `pg_backend_pid()` answers
 * @returns null where the kernel does not tell (other systems than Linux)
 */
export function postgresCpuS(backendPid: number): number | null {
  const server = timesOf(backendPid)?.parent;
  const own = server === undefined ? undefined : timesOf(server);
  if (own === undefined) return null;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => timesOf(Number(name)) ?? [])
    .filter(({ parent }) => parent === server);
  return children.reduce((sum, { ownS }) => sum + ownS, own.ownS + own.endedChildrenS);
}

/** Seconds that this process has spent on a processor, all its threads. */
export function ownCpuS(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}
