import { describe, expect, it } from 'vitest';
import { eachFaultOnce, LINKS, planFaults } from './fault-plan.ts';
import { FAULTS } from './faulty-link.ts';

const ALL = LINKS.length * FAULTS.length + 2;
const names = (plan: ReturnType<typeof planFaults>) =>
  plan.map((planned) => (planned.kind === 'link' ? `${planned.link} ${planned.fault}` : planned.kind));

describe('planFaults', () => {
  it('is the same for the same seed, another for another', () => {
    expect(planFaults({ faults: 30, freezes: 2, seed: 3 })).toEqual(
      planFaults({ faults: 30, freezes: 2, seed: 3 }),
    );
    expect(names(planFaults({ faults: 30, freezes: 0, seed: 4 }))).not.toEqual(
      names(planFaults({ faults: 30, freezes: 0, seed: 3 })),
    );
  });

  it('has every fault on every link and a storm of duplicates and a full disk equally often, and the freezes asked for', () => {
    const plan = planFaults({ faults: 2 * ALL, freezes: 3, seed: 1 });
    expect(plan).toHaveLength(2 * ALL + 3);
    expect(new Set(names(plan.slice(0, ALL))).size).toBe(ALL);
    expect(names(plan).filter((name) => name === 'freeze')).toHaveLength(3);
    for (const planned of plan) if (planned.kind === 'link') expect(planned.heldMs).toBeGreaterThan(1_000);
  });

  it('plans none', () => {
    expect(planFaults({ faults: 0, freezes: 0, seed: 1 })).toEqual([]);
  });
});

it('eachFaultOnce has every fault', () => {
  const faults = eachFaultOnce().map((planned) => (planned.kind === 'link' ? planned.fault : planned.kind));
  expect(faults).toEqual([...FAULTS, 'duplicates', 'disk-full']);
});
