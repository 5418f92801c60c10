import { describe, expect, it } from 'vitest';
import { Tally } from '#local/run/tally.ts';

const line = (entry: Record<string, unknown>) => `[PushWorker] ${JSON.stringify(entry)}`;

describe('Tally', () => {
  it('adds up units, outcomes and calls', () => {
    const tally = new Tally();
    tally.read(line({ level: 'INFO', message: 'Changes queued', units: 2 }));
    tally.read(line({ message: 'Moodle called', function: 'core_user_create_users', ok: true }));
    const before = new Map(tally.calls);
    tally.read(line({ message: 'Moodle called', function: 'core_user_get_users_by_field', ok: false }));
    for (const students of [{ created: 2 }, { created: 1, failed: 1 }]) {
      tally.read(line({ message: 'Unit worked off', push_service: 'students', outcomes: { students } }));
    }
    expect(tally.units).toEqual({ queued: 2, done: 2 });
    expect(tally.outcomes.get('students')).toMatchObject({ created: 3, failed: 1, updated: 0 });
    expect(tally.callCounts()).toEqual({ all: 2, writing: 1 });
    expect([...tally.callsSince(before)]).toEqual([['core_user_get_users_by_field', 1]]);
  });

  it('keeps what reports an error, and passes over what is no log line', () => {
    const tally = new Tally();
    tally.read('[PushWorker] ERROR 1 TypeError: x is not a function');
    tally.read(line({ level: 'ERROR', message: 'Unit not worked off' }));
    tally.read('[PushWorker] {"broken": ');
    tally.read('plain text');
    expect(tally.errors).toHaveLength(2);
  });
});
