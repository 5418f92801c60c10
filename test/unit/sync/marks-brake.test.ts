import { describe, expect, it } from 'vitest';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import {
  askBrake,
  type BrakeState,
  brakeStateSchema,
  isBrakeOn,
  keepHeld,
  sharedBrake,
} from '#shared/sync/limits/brake.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const instance = instanceSchema.parse({ id: 'main', base_url: 'https://moodle.example.org' });

function brakeWith(state: Partial<BrakeState> = {}) {
  const store = { state: brakeStateSchema.parse(state), errors: 0 };
  const log = {
    debug() {},
    info() {},
    warn() {},
    error() {
      store.errors += 1;
    },
  };
  const brake = sharedBrake(
    {
      getBrake: async () => store.state,
      saveBrake: async (_id, _name, next) => {
        store.state = next;
        return true;
      },
      addHolds: async () => {},
    },
    { now: () => now, sleep: async () => {} },
    log,
  );
  return { brake, store };
}

describe('taking marks back', () => {
  it('is counted and allowed up to a share of what there is', async () => {
    const { brake, store } = brakeWith({ holds: 1000 });
    expect(await brake.takeBack(instance, 'marks', 100)).toBe('taken');
    expect(store.state.count).toBe(100);
    expect(await brake.takeBack(instance, 'marks', 1)).toBe('held');
    expect(store.errors).toBe(1);
    expect(await brake.takeBack(instance, 'marks', 1)).toBe('held');
    expect(store.errors).toBe(1);
  });

  it('is held where it is too much of a course, whatever the instance holds', async () => {
    const { brake, store } = brakeWith({ holds: 100_000 });
    expect(await brake.takeBack(instance, 'marks', 4, true)).toBe('held');
    expect(isBrakeOn(store.state)).toBe(true);
  });

  it('is for the operator to allow, or to leave for good: then the brake is off again', async () => {
    const released = brakeWith({ released_until: '2026-11-25T13:00:00Z' });
    expect(await released.brake.takeBack(instance, 'marks', 500, true)).toBe('taken');
    const engaged = askBrake(brakeStateSchema.parse({}), instance.brake, 500, now).state;
    expect(isBrakeOn(engaged)).toBe(true);
    const { brake, store } = brakeWith(keepHeld(engaged, now + 3_600_000));
    expect(isBrakeOn(store.state)).toBe(false);
    expect(await brake.takeBack(instance, 'marks', 500, true)).toBe('kept');
  });
});
