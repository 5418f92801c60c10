import { expect, it } from 'vitest';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { newMapping } from '#shared/moodle/mappings/mapping.ts';
import { haveOwnersChanged, withOwners } from '#shared/moodle/push/conflict-owners.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { conflict } from '#shared/sync/failure.ts';
import { MemoryMappings } from '#test/unit/push/push-kit.ts';

const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });
const owner = 'oec_student_1';
const taken = conflict('sharedemail', 'It belongs to another.', 'Change one.', owner);
const now = Date.parse('2026-09-01T08:00:00Z');

/** A worker's view of an owner that was pushed so many seconds ago, and how to write it again. */
async function pushedBefore(seconds: number) {
  const mappings = new MemoryMappings();
  const row = newMapping('demo', owner, 'students', { model: 'op.student', id: '1' });
  await mappings.save({ ...row, last_synced_at: new Date(now - seconds * 1000).toISOString() });
  const view = () =>
    new RecordView(instance, { getMany: async () => new Map() }, { sources: async () => [] }, mappings, now);
  return { view, write: () => mappings.save(mappings.rows.get(owner)!), mappings };
}

it('a conflict stands as long as nobody has written the mapping of the one who has what it claims', async () => {
  const { view, write } = await pushedBefore(3_600);
  const failure = await withOwners(view(), taken, new Map(), now);
  expect(failure.owners).toEqual({ [owner]: 1 });
  expect(await haveOwnersChanged(view(), failure)).toBe(false);
  await write();
  expect(await haveOwnersChanged(view(), failure)).toBe(true);
});

it('a conflict is in doubt where another worker pushed that one at about the same time', async () => {
  const { view } = await pushedBefore(5);
  expect(await haveOwnersChanged(view(), await withOwners(view(), taken, new Map(), now))).toBe(true);
  const own = new Map([[owner, {}]]);
  expect(await haveOwnersChanged(view(), await withOwners(view(), taken, own, now))).toBe(false);
});

it('a conflict is in doubt where the other one has no mapping any more', async () => {
  const { view, mappings } = await pushedBefore(3_600);
  const failure = await withOwners(view(), taken, new Map(), now);
  await mappings.remove('demo', [owner]);
  expect(await haveOwnersChanged(view(), failure)).toBe(true);
});

it('only what belongs to one of ours is remembered', async () => {
  const { view } = await pushedBefore(3_600);
  const foreign = conflict('ambiguousemail', 'Two accounts have it.', 'Decide.');
  expect(await withOwners(view(), foreign, new Map(), now)).toBe(foreign);
});
