/** The inside of a thread of `scripts/bench mlops`: one estate after another. */
import { parentPort } from 'node:worker_threads';
import { type EstateRequest, judgeEstate } from './judged-estates.ts';

parentPort!.on('message', (request: EstateRequest) => parentPort!.postMessage(judgeEstate(request)));
