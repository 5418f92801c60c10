import { beforeEach, describe, expect, it } from 'vitest';
import { startOver } from '#shared/moodle/mappings/start-over.ts';
import { cutUnits } from '#shared/moodle/push/work-unit.ts';
import { student } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

const email = 'shared@example.org';
const first = student(1, { email });
const second = student(2, { email });
const day = 24 * 60 * 60_000;

describe('a record whose address another one has', () => {
  let kit: PushKit;
  const calls = (work: () => Promise<unknown>) => kit.site.callsDuring(work);
  const save = () => kit.sync({ ...second, write_date: '2026-12-24 12:00:00' });
  const standing = { oec_student_2: 'conflict: sharedemail' };

  beforeEach(async () => {
    kit = await PushKit.start();
    await kit.sync(first, second);
    expect(kit.troubles()).toEqual(standing);
    return () => kit.moodle.stop();
  });

  it('is not looked up again when it is saved unchanged, be the other one saved too', async () => {
    expect(await calls(save)).toEqual([]);
    expect(await calls(() => kit.sync(second, first))).toEqual([]);
    expect(kit.troubles()).toEqual(standing);
  });

  it('is pushed when the other one gives the address up, and when it gets another itself', async () => {
    await kit.sync(student(1, { email: 'own@example.org' }));
    expect(kit.troubles()).toEqual({});
    await kit.sync(student(3, { email }));
    await kit.sync(student(3, { email: 'third@example.org' }));
    expect(kit.troubles()).toEqual({});
  });

  it.each([
    ['once a day', async () => kit.advance(day)],
    [
      'on the word of an operator',
      async () => {
        const mappings = [kit.mapping('oec_student_2')!];
        const queue = { send: async () => {} };
        await startOver('demo', mappings, { mappings: kit.mappings, queue, now: () => kit.clock.now() });
      },
    ],
  ])('is looked at %s, when somebody may have settled it in Moodle', async (_when, wait) => {
    const { moodle_id: id } = kit.mapping('oec_student_1')!;
    kit.moodle.siteState.users.update(id!, { email: 'by-hand@example.org' });
    await save();
    expect(kit.troubles()).toEqual(standing);
    await wait();
    kit.queue(...cutUnits('demo', 'students', ['2']));
    await kit.settle();
    expect(kit.troubles()).toEqual({});
  });
});
