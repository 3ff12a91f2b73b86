/** What the chaos benchmark says of a storm. */
import type { Visits } from './api-visitor.ts';
import { faultName } from './chaos-faults.ts';
import type { ChaosTruth } from './chaos-files.ts';
import type { ChaosVerdict } from './chaos-verdict.ts';
import { type BenchResult, type Figure, figure } from './document.ts';
import type { PlannedFault } from './fault-plan.ts';
import type { Point, Victim } from './kill-plan.ts';
import { quantile } from './statistics.ts';
import type { WriteLog } from './write-log.ts';

interface Strike {
  /** Until everything served again and the next file was loaded; null when that took too long. */
  recoverySeconds: number | null;
}

/** Something was killed. */
export interface Kill extends Strike {
  victim: Victim;
  point: Point;
  /** False: the point did not come, it was killed at some moment. */
  reached: boolean;
}

/** Something else went wrong; the recovery begins when it is over. */
export interface FaultDone extends Strike {
  planned: PlannedFault;
}

export interface Storm {
  kills: Kill[];
  faults: FaultDone[];
  verdict: ChaosVerdict;
  writes: WriteLog;
  visits: Visits;
  truth: ChaosTruth;
  drained: boolean;
}

export function resultOf({ kills, faults, verdict, writes, visits, truth, drained }: Storm): BenchResult {
  const { runs, refused } = verdict;
  const strikes = [...kills, ...faults];
  const recoveries = strikes.map(({ recoverySeconds }) => recoverySeconds).filter((value) => value !== null);
  const recovery = (share: number) => (recoveries.length === 0 ? null : quantile(recoveries, share));
  const none = (name: string, count: number, unit = 'rows'): Figure => figure(name, count, unit, 'lower');
  return {
    figures: [
      figure('kills', kills.length, 'kills', 'higher'),
      figure('kills_at_named_points', kills.filter(atNamedPoint).length, 'kills', 'higher'),
      figure('faults', faults.length, 'faults', 'higher'),
      none('rows_lost', runs.lost + refused.lost),
      none('rows_doubled', runs.doubled + refused.doubled),
      none('rows_invented', runs.invented + refused.invented),
      none('stale_writes', writes.staleWrites, 'writes'),
      none('accounts_wrong', verdict.wrongAccounts + Math.abs(verdict.ledgerMinusTable), 'files'),
      none('alerts_lost', verdict.alertsLost, 'alerts'),
      none('alerts_doubled', verdict.alertsDoubled, 'alerts'),
      none('mails_repeated', verdict.mailsRepeated, 'mails'),
      none('workflows_failed', verdict.workflowsFailed, 'workflows'),
      none('not_recovered', strikes.length - recoveries.length + (drained ? 0 : 1), 'times'),
      figure('recovery_p50_s', recovery(0.5), 's', 'lower'),
      figure('recovery_p95_s', recovery(0.95), 's', 'lower'),
      figure('recovery_longest_s', recovery(1), 's', 'lower'),
      figure('slowest_call_s', visits.answered === 0 ? null : visits.slowestSeconds, 's', 'lower'),
    ],
    details: {
      rows: truth.rows,
      killsByVictim: counted(kills.map(({ victim }) => victim)),
      killsByPoint: counted(kills.map(({ point, reached }) => (reached ? point : `not reached: ${point}`))),
      faultsByKind: counted(faults.map(({ planned }) => faultName(planned))),
      drained,
      verdict,
      writes,
      visits,
      kills,
      faults,
    },
  };
}

const atNamedPoint = ({ reached, point }: Kill): boolean => reached && point !== 'any-moment';

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
