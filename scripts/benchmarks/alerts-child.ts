/** Sends what waits in an outbox, as a worker does, until it is killed. Started by chaos-alerts.ts. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  createDeliverNotification,
  createListPendingNotifications,
} from '../../activities/alerts/deliver-notification.ts';
import { type ChannelTarget, createSenders } from '../../activities/alerts/senders.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import { createPool } from '../../db/pool.ts';
import type { AlertSettings } from '../../models/alerts/alert-settings.ts';
import { createOutgoing } from '../../services/outgoing.ts';

export interface AlertsChildInput {
  databaseUrl: string;
  targets: { name: string; target: ChannelTarget }[];
  alerts: AlertSettings;
  leaseMs: number;
}

const IDLE_MS = 10;

async function work({ databaseUrl, targets, alerts, leaseMs }: AlertsChildInput): Promise<never> {
  const pool = createPool(databaseUrl, { max: 4, applicationName: 'alerts-child' });
  const dependencies = {
    pool,
    alerts,
    // Its receivers are here.
    senders: createSenders(targets, {
      outgoing: createOutgoing({ only: null, local: ['127.0.0.0/8'], http: [] }),
    }),
    time: 'wall',
    now: Date.now,
    language: 'en',
    pageUrl: 'http://127.0.0.1/',
  } as Dependencies;
  const list = createListPendingNotifications(dependencies);
  const deliver = createDeliverNotification(dependencies, { leaseMs });
  process.send!('ready');
  for (;;) {
    const { ids } = await list();
    await Promise.allSettled(ids.map((id) => deliver({ id })));
    if (ids.length === 0) await pause(IDLE_MS);
  }
}

process.once('message', (input) => void work(input as AlertsChildInput));
process.once('disconnect', () => process.exit());
