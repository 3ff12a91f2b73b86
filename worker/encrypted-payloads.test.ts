import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPayloadCodec } from '../services/payload-codec.ts';
import { type PayloadKeys, readPayloadKeys } from '../services/payload-keys.ts';
import { connectTemporal } from '../services/temporal-link.ts';
import { openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { TASK_QUEUES } from '../workflows/names.ts';
import { workerDataConverter } from './data-converter.ts';
import { interceptors, spanSinks } from './interceptors.ts';

const WHO = 'marie.curie@example.org';
const WHY = 'the-late-truck-of-monday';
const INPUT = { model: 'failure', version: 3, key: 'note', value: 'x', who: WHO, why: WHY };

let folder: string;
let stage: WorkflowStage;
let native: NativeConnection;
let keys: PayloadKeys;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-encrypted-'));
  const file = path.join(folder, 'payload_keys');
  writeFileSync(file, `${randomBytes(32).toString('base64')}\n`);
  keys = readPayloadKeys(file);
  stage = await openWorkflowStage(() => ({ temporalPayloadKeysFile: file }));
  native = await NativeConnection.connect({ address: stage.address });
}, 120_000);
afterAll(async () => {
  await native?.close();
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

const started = (workflowId: string, client = stage.client) =>
  client.workflow.start('tagModel', {
    workflowId,
    taskQueue: TASK_QUEUES.control,
    args: [INPUT],
    staticSummary: `Tag: ${WHY}`,
    memo: { asked: WHO },
  });

/** Whether a text stands anywhere in what the server keeps of a workflow: its events, and what lists and pages show. */
async function keeps(workflowId: string, text: string): Promise<boolean> {
  const { workflowService } = stage.client;
  const asked = { namespace: 'default', execution: { workflowId } };
  const { history } = await workflowService.getWorkflowExecutionHistory(asked);
  expect(history!.events!.length).toBeGreaterThan(3);
  const described = await workflowService.describeWorkflowExecution(asked);
  const { history: events, workflowservice } = temporal.api;
  return [
    events.v1.History.encode(history!).finish(),
    workflowservice.v1.DescribeWorkflowExecutionResponse.encode(described).finish(),
  ].some((bytes) => Buffer.from(bytes).includes(text));
}

/** A worker of the control queue alone, which is not that of the stage. */
async function withWorker<T>(options: Partial<WorkerOptions>, work: () => Promise<T>): Promise<T> {
  const worker = await Worker.create({
    ...{ connection: native, taskQueue: TASK_QUEUES.control, interceptors },
    ...options,
  });
  return worker.runUntil(work);
}
const workflows = () => ({ workflowBundle: stage.bundle, sinks: spanSinks() });

it('what Temporal keeps of a workflow names nobody and gives no reason; whoever has the key reads both', async () => {
  const handle = await stage.withActivities({ tagModel: () => ({ changed: true }) }, async () => {
    const handle = await started('tag/encrypted');
    expect(await handle.result()).toEqual({ changed: true });
    const answer = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    expect(answer.currentDetails).toContain(`by ${WHO}: ${WHY}`);
    return handle;
  });
  expect(await keeps('tag/encrypted', WHO)).toBe(false);
  expect(await keeps('tag/encrypted', WHY)).toBe(false);
  // What is searched for stays readable.
  expect(await keeps('tag/encrypted', 'failure/3')).toBe(true);
  const described = await handle.describe();
  expect(described.memo).toEqual({ asked: WHO });
  expect(await described.staticSummary()).toBe(`Tag: ${WHY}`);
  const { events } = await handle.fetchHistory();
  const { payloads } = events![0]!.workflowExecutionStartedEventAttributes!.input!;
  const [decoded] = await createPayloadCodec(keys).decode(payloads!);
  expect(JSON.parse(Buffer.from(decoded!.data!).toString())).toEqual(INPUT);

  const history = await handle.fetchHistory();
  const replay = { workflowBundle: stage.bundle };
  await expect(
    Worker.runReplayHistory({ ...replay, dataConverter: workerDataConverter(keys) }, history),
  ).resolves.toBeUndefined();
}, 60_000);

it('errors are kept encrypted too, and still known by their name: what is permanent is not tried again', async () => {
  let attempts = 0;
  class InvalidTag extends Error {}
  const tagModel = () => {
    attempts++;
    throw new InvalidTag(`${WHO} may not say "${WHY}"`);
  };
  const error = await stage.withActivities({ tagModel }, async () =>
    started('tag/refused').then((handle) => handle.result().catch((error: unknown) => error)),
  );
  expect(error).toBeInstanceOf(WorkflowFailedError);
  const { cause } = error as WorkflowFailedError;
  expect(cause).toBeInstanceOf(ActivityFailure);
  expect(cause!.cause).toMatchObject({ type: 'InvalidTag', message: `${WHO} may not say "${WHY}"` });
  expect(attempts).toBe(1);
  expect(await keeps('tag/refused', WHO)).toBe(false);
  expect(await keeps('tag/refused', WHY)).toBe(false);
  expect(await keeps('tag/refused', 'InvalidTag')).toBe(true);
}, 60_000);

it('what began before there was a key goes on, and what comes then is encrypted', async () => {
  const plain = await connectTemporal({ ...stage.link, temporalPayloadKeysFile: null });
  const begun = await started('tag/begun-in-the-plain', plain.client);
  const done = { changed: true, told: 'only-in-the-result' };
  await stage.withActivities({ tagModel: () => done }, async (client) => {
    expect(await client.workflow.getHandle(begun.workflowId).result()).toEqual(done);
  });
  expect(await keeps(begun.workflowId, WHY)).toBe(true);
  expect(await keeps(begun.workflowId, 'only-in-the-result')).toBe(false);
  await expect(begun.result()).rejects.toThrow(/is encrypted with the key [0-9a-f]{16}; .* has none/);
  await plain.connection.close();
}, 60_000);

it('a worker without the key leaves the workflow waiting and says so; with the key it is done', async () => {
  const handle = await started('tag/no-key');
  const failed = async () => {
    const { events } = await handle.fetchHistory();
    return events!.map((event) => event.workflowTaskFailedEventAttributes?.failure?.message ?? '').join('');
  };
  await withWorker({ ...workflows(), dataConverter: workerDataConverter([]) }, async () => {
    await expect.poll(failed, { timeout: 30_000 }).toMatch(`encrypted with the key ${keys[0]!.id}`);
  });
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await stage.withActivities({ tagModel: () => ({ changed: false }) }, async () => {
    expect(await handle.result()).toEqual({ changed: false });
  });
}, 90_000);

it('an activity whose arguments were changed is not begun, and not tried again', async () => {
  const good = createPayloadCodec(keys);
  /** Changes the arguments of the activity on their way: of what is encoded they alone hold the workflow id. */
  const changing: PayloadCodec = {
    decode: good.decode,
    encode: (payloads) =>
      Promise.all(
        payloads.map(async (payload) => {
          const [encoded] = await good.encode([payload]);
          const data = Buffer.from(encoded!.data!);
          if (Buffer.from(payload.data ?? []).includes('"workflowId"')) data[data.length - 1]! ^= 1;
          return { ...encoded!, data };
        }),
      ),
  };
  let attempts = 0;
  const activities = { tagModel: () => ++attempts };
  const error = await withWorker({ ...workflows(), dataConverter: { payloadCodecs: [changing] } }, () =>
    withWorker({ activities, dataConverter: workerDataConverter(keys) }, async () => {
      const handle = await started('tag/changed');
      return handle.result().catch((error: unknown) => error);
    }),
  );
  const reason = (error as WorkflowFailedError).cause!.cause as ApplicationFailure;
  expect(reason).toBeInstanceOf(ApplicationFailure);
  expect(reason.type).toBe('TamperedPayload');
  expect(reason.message).toContain('it was changed or cut');
  expect(attempts).toBe(0);
}, 60_000);
