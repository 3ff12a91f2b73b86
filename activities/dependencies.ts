import type { Pool } from '../db/pool.ts';
import type { AlertSettings } from '../models/alerts/alert-settings.ts';
import type { Language } from '../models/alerts/message.ts';
import type { RerunRule, Start } from '../models/detect/rerun-executor.ts';
import type { GateThresholds } from '../models/evaluation/gate-thresholds.ts';
import type { HolidayCalendar } from '../models/features/holiday-calendar.ts';
import type { MonitoringLimits } from '../models/monitoring/monitoring-limits.ts';
import type { PromotionPolicy } from '../models/promotion/policy.ts';
import type { ModelKeys } from '../services/model-keys.ts';
import type { ObjectStore } from '../services/object-store.ts';
import type { Senders } from './alerts/senders.ts';
import type { ModelThread } from './forecast/model-thread.ts';

/** Everything an activity needs from outside, joined in worker/dependencies.ts. */
export interface Dependencies {
  pool: Pool;
  objectStore: ObjectStore;
  /** Who signs models, and whose signatures are trusted. */
  modelKeys: ModelKeys;
  /** Who is told what, and when. */
  alerts: AlertSettings;
  /** The ways to them. */
  senders: Senders;
  /** Runs long computations of models/ on a thread of their own, so that heartbeats go on. */
  modelThread: ModelThread;
  time: 'wall' | 'data';
  /** Clocks on walls follow it, where runs do not tell otherwise. */
  timeZone: string;
  /** The holidays on which jobs rest. */
  calendar: HolidayCalendar;
  /** Where it is set, owners are known by keyed pseudonyms only. */
  pseudonymKey: string | null;
  language: Language;
  /** What the gate asks of trainings from now on. */
  gate: GateThresholds;
  /** From when on the model counts as no longer what it was. */
  monitoring: MonitoringLimits;
  /** Version of the code, kept with every model. */
  codeVersion: string;
  /** How a version becomes the champion. */
  promotion: PromotionPolicy;
  /** How schedulers are asked to start jobs. */
  rerunRules: readonly RerunRule[];
  /** Asks one, once. @throws RerunRefused when asking again does not help */
  startJob(start: Start, signal?: AbortSignal): Promise<string>;
  /** Links in messages are signed with it; null: messages have none. */
  linkKey: string | null;
  /** Address of a workflow in the Temporal UI. */
  workflowUrl(workflowId: string): string;
  /** Address of the live page, written in messages. */
  pageUrl: string;
  /** The clock of this machine, epoch milliseconds: only to tell a finished file from one being written, and for `wall` time. */
  now: () => number;
}
