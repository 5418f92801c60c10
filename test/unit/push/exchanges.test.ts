import { beforeEach, describe, expect, it } from 'vitest';
import { updateUsers } from '#shared/moodle/functions/users.ts';
import { batch, faculty, program, student, subject } from '#test/integration/records.ts';
import { isWrite } from '#test/integration/site.ts';
import { PushKit } from './push-kit.ts';

let kit: PushKit;
beforeEach(async () => {
  kit = await PushKit.start();
  return () => kit.moodle.stop();
});

const mail = (name: string) => ({ email: `${name}@example.org` });
const addressOf = async (idnumber: string) => (await kit.site.user(idnumber))?.email;
const writes = () => kit.moodle.calls.filter((call) => isWrite(call)).length;

/** Lets the worker die before the third update of accounts, with its message. */
async function dieAtThirdUpdate(work: () => Promise<void>): Promise<void> {
  const { client } = kit.site;
  const call = client.call.bind(client);
  let updates = 0;
  client.call = async (name, ...rest) => {
    if (name === 'core_user_update_users' && ++updates === 3) throw new Error('killed');
    return call(name, ...rest);
  };
  await expect(work()).rejects.toThrow('killed');
  client.call = call;
}

describe('e-mail addresses that change places', () => {
  it('of two people, in one write', async () => {
    await kit.sync(student(110, mail('one')), student(111, mail('two')));
    const before = writes();
    await kit.sync(student(110, mail('two')), student(111, mail('one')));
    expect(await addressOf('oec_student_110')).toBe('two@example.org');
    expect(await addressOf('oec_student_111')).toBe('one@example.org');
    expect(kit.troubles()).toEqual({});
    // Refused, one moved out of the way, both.
    expect(writes() - before).toBe(3);
  });

  it('of three in a ring, and of a student and a teacher', async () => {
    await kit.sync(
      student(1, mail('a')),
      student(2, mail('b')),
      student(3, mail('c')),
      faculty(1, mail('d')),
    );
    await kit.sync(student(1, mail('b')), student(2, mail('c')), student(3, mail('a')));
    expect(kit.troubles()).toEqual({});
    expect(await Promise.all([1, 2, 3].map((id) => addressOf(`oec_student_${id}`)))).toEqual([
      'b@example.org',
      'c@example.org',
      'a@example.org',
    ]);
    await kit.sync(student(1, mail('d')), faculty(1, mail('b')));
    expect(kit.troubles()).toEqual({});
    expect(await addressOf('oec_student_1')).toBe('d@example.org');
    expect(await addressOf('oec_faculty_1')).toBe('b@example.org');
  });

  it('of people whose changes come one after another', async () => {
    await kit.sync(student(1, mail('a')), student(2, mail('b')));
    await kit.sync(student(1, mail('b')));
    expect(kit.troubles()).toEqual({ oec_student_1: 'conflict: sharedemail' });
    await kit.sync(student(2, mail('a')));
    expect(kit.troubles()).toEqual({});
    expect(await addressOf('oec_student_1')).toBe('b@example.org');
  });

  it('heals where the worker dies between the calls, also if the exchange is taken back meanwhile', async () => {
    await kit.sync(student(1, mail('a')), student(2, mail('b')));
    await kit.put(student(1, mail('b')), student(2, mail('a')));
    // Refused, moved out of the way, dead.
    await dieAtThirdUpdate(() => kit.settle());
    expect(await addressOf('oec_student_2')).toBe('oec_student_2@moved.oec-moodle-sync.invalid');
    await kit.sync(student(1, mail('a')), student(2, mail('b')));
    await kit.advance(3_600_000);
    expect(await addressOf('oec_student_1')).toBe('a@example.org');
    expect(await addressOf('oec_student_2')).toBe('b@example.org');
    expect(kit.troubles()).toEqual({});
  });

  it('is a conflict where one stays: nobody is moved for it', async () => {
    await kit.sync(student(1, mail('a')), student(2, mail('b')));
    await kit.sync(student(1, mail('b')));
    expect(kit.troubles()).toEqual({ oec_student_1: 'conflict: sharedemail' });
    expect(await addressOf('oec_student_2')).toBe('b@example.org');
  });

  it('that somebody has taken in the own profile makes way for the one it belongs to', async () => {
    await kit.sync(student(1, mail('a')));
    const { id } = (await kit.site.user('oec_student_1'))!;
    await updateUsers(kit.site.client, [{ id, email: 'wanted@example.org' }]);
    await kit.sync(student(2, mail('wanted')));
    expect(kit.troubles()).toEqual({});
    expect(await addressOf('oec_student_1')).toBe('a@example.org');
    expect(await addressOf('oec_student_2')).toBe('wanted@example.org');
  });
});

describe('codes that change places', () => {
  const course = (id: number) => kit.site.course(`oec_subj_${id}_course_1`);

  it('of subjects: the short names of their courses', async () => {
    await kit.sync(program(1, { subject_ids: [1, 2, 3] }), subject(1), subject(2), subject(3));
    await kit.sync(subject(1, { code: 'S2' }), subject(2, { code: 'S3' }), subject(3, { code: 'S1' }));
    expect(kit.troubles()).toEqual({});
    expect((await course(1))?.shortname).toBe('S2_P1');
    expect((await course(2))?.shortname).toBe('S3_P1');
    expect((await course(3))?.shortname).toBe('S1_P1');
  });

  it('of batches: the names of their groups in every course', async () => {
    const named = (id: number, code: string) => batch(id, 1, { name: 'Morning', code });
    await kit.sync(program(1, { subject_ids: [1, 2] }), subject(1), subject(2), named(1, 'A'), named(2, 'B'));
    await kit.sync(named(1, 'B'), named(2, 'A'));
    expect(kit.troubles()).toEqual({});
    for (const subjectId of [1, 2])
      expect(await kit.site.groups(`oec_subj_${subjectId}_course_1`)).toEqual({
        oec_batch_1: 'Morning (B)',
        oec_batch_2: 'Morning (A)',
      });
  });
});
