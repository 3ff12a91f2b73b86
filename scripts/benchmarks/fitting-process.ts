/** Contestants of `forecast`, each in a process of its own that stays warm from round to round. */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { childEnvironment } from '../../stack/environment.ts';
import { answerOf, ContestantFailed, endChild } from './child-answer.ts';
import {
  type ChildRequest,
  type FitRequest,
  type Fitted,
  LEARNING_RATE,
  LEAVES,
  MIN_ROWS,
  TREES,
} from './fitting.ts';
import { peerScript } from './python-peers.ts';

export interface FittingProcess {
  fit(request: FitRequest): Promise<Fitted>;
  end(): Promise<void>;
}

export interface OurFitting extends FittingProcess {
  ask<Answer>(request: ChildRequest): Promise<Answer>;
}

export function startOurFitting(): OurFitting {
  const child = fork(path.join(import.meta.dirname, 'fitting-child.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // The document on stdout is ours alone.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const ask = async <Answer>(request: ChildRequest): Promise<Answer> => {
    const said = answerOf<{ answer: Answer; error?: string }>(child, 'ours');
    child.send(request);
    const { answer, error } = await said;
    if (error !== undefined) throw new ContestantFailed(`ours: ${error}`);
    return answer;
  };
  return {
    ask,
    fit: (request) => ask<Fitted>({ fit: request }),
    end: () => endChild(child),
  };
}

/** @param kind as `fit_trees.py` calls it */
export function startPeerFitting(python: string, kind: string): FittingProcess {
  const parameters = [TREES, LEAVES, LEARNING_RATE, MIN_ROWS].map(String);
  const child = spawn(python, [peerScript('fit_trees.py'), kind, ...parameters], {
    env: childEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async fit(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const line = await answers.next();
      if (line.done) throw new ContestantFailed(`${kind} ended before it answered; what it said is above`);
      return JSON.parse(line.value) as Fitted;
    },
    async end() {
      child.stdin.end();
      await exited;
    },
  };
}
