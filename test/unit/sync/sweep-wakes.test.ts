import { expect, it } from 'vitest';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { services } from '#shared/moodle/services.ts';
import { sweepInstance } from '#shared/moodle/sweep/sweep.ts';
import type { SweepPorts } from '#shared/moodle/sweep/sweep-ports.ts';
import type { BreakerState } from '#shared/sync/limits/breaker.ts';

const minute = 60_000;
const now = Date.parse('2026-09-01T08:00:00Z');
const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });
const unit: WorkUnit = { instance: 'demo', service: 'students', ids: ['1'] };

/** Sweeps an instance that has no records. @returns how often it was woken, and whether its records were looked at */
async function sweep(breaker: Partial<BreakerState>, parked: WorkUnit[]) {
  let woken = 0;
  let isLookedAt = false;
  const ports = {
    records: {
      getMany: async () => new Map(),
      page: async () => {
        isLookedAt = true;
        return { items: [], after: undefined };
      },
    },
    links: { write: async () => {}, missing: async () => [] },
    mappings: { getMany: async () => new Map(), page: async () => ({ mappings: [], after: undefined }) },
    instances: {
      getBrake: async () => ({ revision: 0, count: 0, holds: 0 }),
      getBreaker: async () => ({ revision: 0, failures: 0, probes: 0, ...breaker }),
      setHolds: async () => {},
    },
    brake: { announce: async () => true },
    queue: { send: async () => {} },
    wakes: {
      wake: async () => {
        woken += 1;
      },
    },
    parking: { oldest: async () => parked.map((one) => ({ key: 'a', unit: one })) },
    services,
    clock: { now: () => now, sleep: async () => {} },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    pageSize: 100,
  } as unknown as SweepPorts;
  await sweepInstance('students', instance, undefined, ports, () => true);
  return { woken, isLookedAt };
}

it('a sweep wakes an instance that units wait for: its pause is over, or the worker has died that had to let them in', async () => {
  expect(await sweep({}, [])).toEqual({ woken: 0, isLookedAt: true });
  expect(await sweep({}, [unit])).toEqual({ woken: 1, isLookedAt: true });
});

it('a sweep of an instance that is away is left out; where its probe is lost, it is asked for anew', async () => {
  const open = { opened_at: now - 60 * minute, probes: 3 };
  expect(await sweep({ ...open, probe_at: now - minute }, [unit])).toEqual({ woken: 0, isLookedAt: false });
  expect(await sweep({ ...open, probe_at: now - 31 * minute }, [unit])).toEqual({
    woken: 1,
    isLookedAt: false,
  });
});
