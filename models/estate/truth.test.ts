import { expect, test } from 'vitest';
import { CAUSES } from './hazard.ts';
import { drawJobs } from './job.ts';
import { estateOptions } from './options.ts';
import { CALLED_OFF, jobDayHazard } from './truth.ts';

const [template] = drawJobs(estateOptions());

function jobDay(hazards: number[], traits: { carryOver: number; retries: boolean; cancelHazard: number }) {
  const job = {
    ...template!,
    traits: { ...template!.traits, upstreamHazard: 0.5, retryHazard: 0.25, ...traits },
  };
  const runs = hazards.map((hazard, index) => ({
    minute: index * 60,
    volume: 1,
    parts: CAUSES.map((cause) => (cause === 'base' ? hazard : 0)),
  }));
  return { job, runs };
}

const plain = { carryOver: 0.4, retries: false, cancelHazard: 0 };
const never = () => 0;

test('nothing planned has no hazard and no cause', () => {
  expect(jobDayHazard(jobDay([], plain), true, never)).toEqual({ hazard: 0, cause: null, badEnd: [] });
});

test('independent runs: one minus the product of their survivals', () => {
  const { hazard, cause } = jobDayHazard(jobDay([0.1, 0.2, 0.5], plain), false, never);
  expect(hazard).toBeCloseTo(1 - 0.9 * 0.8 * 0.5, 12);
  expect(cause).toBe('base');
});

test('a failure of the day before weighs on the first run alone', () => {
  const { hazard, cause } = jobDayHazard(jobDay([0.1, 0.1], plain), true, never);
  expect(hazard).toBeCloseTo(1 - 0.9 * 0.6 * 0.9, 12);
  expect(cause).toBe('carry_over');
});

test('waiting for a job mixes over how that one ends', () => {
  const { hazard } = jobDayHazard(jobDay([0.1], plain), false, () => 0.3);
  expect(hazard).toBeCloseTo(0.7 * 0.1 + 0.3 * (1 - 0.9 * 0.5), 12);
});

test('the end of each run equals the sum over all courses of the day', () => {
  const traits = { carryOver: 0.4, retries: true, cancelHazard: 0.05 };
  const hazards = [0.1, 0.2, 0.3];
  // Independent count: every course of failed / mended by retry / cancelled / succeeded, with its probability.
  const bad = [0, 0, 0];
  const walk = (position: number, probability: number, dirty: boolean) => {
    if (position === hazards.length) return;
    const hazard = dirty ? 1 - (1 - hazards[position]!) * 0.6 : hazards[position]!;
    const courses: [number, boolean, boolean][] = [
      [hazard * 0.25, true, true],
      [hazard * 0.75, false, false],
      [(1 - hazard) * 0.05, true, false],
      [(1 - hazard) * 0.95, false, false],
    ];
    for (const [share, isBad, leavesDirt] of courses) {
      if (isBad) bad[position]! += probability * share;
      walk(position + 1, probability * share, leavesDirt);
    }
  };
  walk(0, 1, true);
  const { badEnd } = jobDayHazard(jobDay(hazards, traits), true, never);
  for (const [position, expected] of bad.entries()) expect(badEnd[position]).toBeCloseTo(expected, 12);
});

test('a run called off for want of its upstream is no failure but no success either', () => {
  const { badEnd } = jobDayHazard(jobDay([0], plain), false, () => 1);
  expect(badEnd[0]).toBeCloseTo(0.5 + 0.5 * CALLED_OFF, 12);
});
