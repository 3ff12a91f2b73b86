import type { Random } from '../random.ts';
import type { CalendarDay } from './calendar.ts';
import { between, chance, streamFor } from './draws.ts';

/** `degrading` shows in the metrics a day or more before `trouble` shows in the runs. */
export type Phase = 'healthy' | 'degrading' | 'trouble';

export interface Server {
  name: string;
  cpuBase: number;
  memoryBase: number;
  /** Disk filled by a normal day, percent points. */
  diskPerDay: number;
  /** The weekday on which old files are purged; null: nobody set it up, so a person does it when it is late. */
  purgeWeekday: number | null;
  /** Chance per day that a healthy server starts degrading. */
  degrades: number;
}

/** A server's state at the start of a day. */
export interface ServerState {
  diskPercent: number;
  phase: Phase;
}

/** What is settled about a server's day before its first run. */
export interface ServerDay {
  diskPercent: number;
  diskPerDay: number;
  /** When space is made, and what is used afterwards. */
  cleaning: { minute: number; diskPercent: number } | null;
  phase: Phase;
}

/** How much slower runs are. */
export const SLOWNESS: Record<Phase, number> = { healthy: 1, degrading: 1.12, trouble: 1.5 };

export function drawServers(hosts: number, seed: number): { servers: Server[]; states: ServerState[] } {
  const servers: Server[] = [];
  const states: ServerState[] = [];
  for (let index = 0; index < hosts; index++) {
    const name = `srv-${String(index + 1).padStart(2, '0')}`;
    const random = streamFor(seed, `server/${name}`);
    servers.push({
      name,
      cpuBase: between(random, 5, 12),
      memoryBase: between(random, 22, 32),
      diskPerDay: between(random, 0.45, 1.1),
      purgeWeekday: index % 3 === 1 ? null : random.below(7),
      degrades: index % 4 === 3 ? 0.07 : 0.018,
    });
    states.push({ diskPercent: between(random, 58, 84), phase: 'healthy' });
  }
  return { servers, states };
}

/** Moves the phase and settles the day's cleaning. Call once a day, before anything else of the day. */
export function startServerDay(
  server: Server,
  state: ServerState,
  day: CalendarDay,
  random: Random,
): ServerDay {
  const phase = nextPhase(server, state.phase, random.uniform());
  const purged = between(random, 5.4, 7.4) * server.diskPerDay;
  const tidied = between(random, 60, 74);
  const operatorCares = chance(random, day.isBusinessDay ? 0.7 : 0.15);
  const { diskPercent } = state;
  let cleaning: ServerDay['cleaning'] = null;
  if (diskPercent >= 97 && operatorCares) cleaning = { minute: 600, diskPercent: tidied };
  else if (day.weekday === server.purgeWeekday) {
    cleaning = { minute: 1320, diskPercent: Math.max(45, diskPercent + server.diskPerDay - purged) };
  }
  return { diskPercent, diskPerDay: server.diskPerDay, cleaning, phase };
}

function nextPhase(server: Server, phase: Phase, uniform: number): Phase {
  if (phase === 'healthy') return uniform < server.degrades ? 'degrading' : 'healthy';
  if (phase === 'degrading') return uniform < 0.45 ? 'trouble' : uniform < 0.6 ? 'healthy' : 'degrading';
  return uniform < 0.4 ? 'healthy' : 'trouble';
}

/** The day's disk use at a minute, percent, if the runs write what is expected. */
export function diskAt(plan: ServerDay, minute: number): number {
  const { cleaning } = plan;
  const level =
    cleaning !== null && minute >= cleaning.minute
      ? cleaning.diskPercent + (plan.diskPerDay * (minute - cleaning.minute)) / 1440
      : plan.diskPercent + (plan.diskPerDay * minute) / 1440;
  return Math.min(99.8, level);
}

/** The state at the end of the day; `writtenShare` is rows written over rows expected. */
export function endServerDay(plan: ServerDay, writtenShare: number): ServerState {
  const correction = 0.5 * plan.diskPerDay * (Math.min(2, writtenShare) - 1);
  const diskPercent = Math.min(99.8, Math.max(30, diskAt(plan, 1440) + correction));
  return { diskPercent, phase: plan.phase };
}
