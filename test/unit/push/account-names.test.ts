import { beforeEach, describe, expect, it } from 'vitest';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { batch, enrolment, faculty, program, student, subject } from '#test/integration/records.ts';
import { isWrite } from '#test/integration/site.ts';
import { PushKit } from './push-kit.ts';

const numbers = {
  usernames: { students: '{student.gr_no}' },
  id_numbers: { students: '{student.gr_no}' },
};
const following = { ...numbers, field_ownership: { 'user.username': 'erp' } };
const numbered = (id: number, number: unknown, fields: Record<string, unknown> = {}) =>
  student(id, { gr_no: number, ...fields });

let kit: PushKit;
async function begin(settings: Record<string, unknown> = numbers): Promise<void> {
  kit = await PushKit.start({ settings });
}
beforeEach(() => () => kit.moodle.stop());

/** Gives the instance other settings, as an operator would, and has a sweep find what differs. */
async function set(settings: Record<string, unknown>, ...ids: number[]): Promise<void> {
  kit.instance = instanceSchema.parse({ id: 'demo', base_url: kit.moodle.url, ...settings });
  kit.queue({ instance: 'demo', service: 'students', ids: ids.map(String) });
  await kit.settle();
}

/** Username and ID number of the account that a record's mapping leads to. */
function namesOf(idnumber: string): [string, string] | undefined {
  const id = kit.mapping(idnumber)?.moodle_id;
  const user = id === undefined ? undefined : kit.moodle.siteState.users.get(id);
  return user && [user.username, user.idnumber];
}

const writes = async (work: () => Promise<unknown>) =>
  (await kit.site.callsDuring(work)).filter(isWrite).map((call) => call.function);

describe('usernames and ID numbers by template', () => {
  it('are what new accounts are made with', async () => {
    await begin();
    await kit.sync(numbered(1, 'GR/2026-Ñ1'), numbered(2, 'gr 2'), faculty(1));
    expect(namesOf('oec_student_1')).toEqual(['gr-2026-n1', 'GR/2026-Ñ1']);
    expect(namesOf('oec_student_2')).toEqual(['gr-2', 'gr 2']);
    expect(namesOf('oec_faculty_1')?.[1]).toBe('oec_faculty_1');
    expect(kit.troubles()).toEqual({});
  });

  it('hold a record that lacks the field, and one that is archived is suspended all the same', async () => {
    await begin();
    await kit.sync(numbered(1, false), numbered(2, 'B'));
    expect(kit.troubles()).toEqual({ oec_student_1: 'invalid: required' });
    expect(kit.mapping('oec_student_1')?.failure).toMatchObject({
      field: 'gr_no',
      reason: expect.stringContaining('usernames.students'),
    });
    await kit.sync(numbered(1, 'A'));
    expect(namesOf('oec_student_1')).toEqual(['a', 'A']);
    await kit.sync(numbered(1, false, { active: false }));
    expect(kit.moodle.siteState.users.get(kit.mapping('oec_student_1')!.moodle_id!)?.suspended).toBe(true);
    expect(kit.troubles()).toEqual({});
  });

  it('hold what looks like a number of the link itself, and what is too long', async () => {
    await begin();
    await kit.sync(numbered(1, 'OEC_student_2'), numbered(2, 'x'.repeat(101)));
    expect(kit.troubles()).toEqual({ oec_student_1: 'invalid: format', oec_student_2: 'invalid: format' });
  });

  it('make a conflict of two with one number, in one unit and in two, and nobody twice', async () => {
    await begin();
    await kit.sync(numbered(1, 'A'), numbered(2, 'a'));
    expect(kit.troubles()).toEqual({ oec_student_2: 'conflict: usernametaken' });
    await kit.sync(numbered(3, 'A'));
    expect(kit.troubles()).toEqual({
      oec_student_2: 'conflict: usernametaken',
      oec_student_3: expect.stringMatching(/^conflict: (usernametaken|numbertaken)$/),
    });
    expect(kit.mapping('oec_student_3')?.failure?.reason).toContain('oec_student_1');
    await kit.sync(numbered(2, 'B'), numbered(3, 'C'));
    expect(kit.troubles()).toEqual({});
    expect(
      [...kit.moodle.siteState.users.all()].filter(({ idnumber }) => /^[ABC]$/i.test(idnumber)),
    ).toHaveLength(3);
  });

  it('are a conflict with somebody else’s account that names it, and no other one is taken instead', async () => {
    await begin();
    await kit.sync(faculty(1, { email: 'a@example.org' }));
    const { users } = kit.moodle.siteState;
    const id = kit.mapping('oec_faculty_1')!.moodle_id!;
    users.update(id, { username: 'a' });
    await kit.sync(numbered(1, 'A'));
    expect(kit.troubles()).toEqual({ oec_student_1: 'conflict: usernametaken' });
    expect(kit.mapping('oec_student_1')?.failure?.reason).toContain(`account ${id}`);
    users.update(id, { username: 'other' });
    await kit.advance(86_400_000);
    await set(numbers, 1);
    expect(namesOf('oec_student_1')).toEqual(['a', 'A']);
  });

  it('of existing accounts: the number follows, and the username where the instance says so', async () => {
    await begin({});
    await kit.sync(numbered(1, 'A'));
    await set(numbers, 1);
    expect(namesOf('oec_student_1')).toEqual(['student1@example.org', 'A']);
    await set(following, 1);
    expect(namesOf('oec_student_1')).toEqual(['a', 'A']);
    await kit.sync(numbered(1, 'B'));
    expect(namesOf('oec_student_1')).toEqual(['b', 'B']);
    expect(kit.troubles()).toEqual({});
  });

  it('are written back when there is no template any more, once', async () => {
    await begin(following);
    await kit.sync(numbered(1, 'A'));
    const back = { field_ownership: following.field_ownership };
    expect(await writes(() => set(back, 1))).toEqual(['core_user_update_users']);
    expect(namesOf('oec_student_1')).toEqual(['student1@example.org', 'oec_student_1']);
    expect(await writes(() => set(back, 1))).toEqual([]);
    const { sync_hash: hash } = kit.mapping('oec_student_1')!;
    await set({}, 1);
    expect(kit.mapping('oec_student_1')!.sync_hash).toBe(hash);
    expect(kit.mapping('oec_student_1')!.field_hashes).not.toHaveProperty('idnumber');
  });

  it('written back where the address is somebody else’s username: another one is taken, as for a new account', async () => {
    await begin(following);
    await kit.sync(numbered(1, 'A'), faculty(1));
    kit.moodle.siteState.users.update(kit.mapping('oec_faculty_1')!.moodle_id!, {
      username: 'student1@example.org',
    });
    await set({ field_ownership: following.field_ownership }, 1);
    expect(namesOf('oec_student_1')).toEqual(['student1-oec_student_1@example.org', 'oec_student_1']);
    expect(kit.troubles()).toEqual({});
  });

  it.each([
    ['names that change places', ['A', 'B'], ['B', 'A']],
    ['names that go round', ['A', 'B', 'C'], ['B', 'C', 'A']],
    ['names that are passed on in a row', ['A', 'B', 'C'], ['B', 'C', 'D']],
  ])('%s: all have theirs in the end', async (_what, before, after) => {
    await begin(following);
    await kit.sync(...before.map((number, index) => numbered(index + 1, number)));
    await kit.sync(...after.map((number, index) => numbered(index + 1, number)));
    expect(kit.troubles()).toEqual({});
    for (const [index, number] of after.entries())
      expect(namesOf(`oec_student_${index + 1}`)).toEqual([number.toLowerCase(), number]);
  });

  it.each([1, 2, 3, 4, 5])('names change places although the worker dies before update %i', async (nth) => {
    await begin(following);
    await kit.sync(numbered(1, 'A'), numbered(2, 'B'));
    await kit.put(numbered(1, 'B'), numbered(2, 'A'));
    const { client } = kit.site;
    const call = client.call.bind(client);
    let updates = 0;
    client.call = async (name, ...rest) => {
      if (name === 'core_user_update_users' && ++updates === nth) throw new Error('killed');
      return call(name, ...rest);
    };
    await kit.settle().catch((error: Error) => expect(error.message).toBe('killed'));
    client.call = call;
    await kit.sync(numbered(1, 'B'), numbered(2, 'A'));
    await set(following, 1, 2);
    await kit.advance(3_600_000);
    expect(kit.troubles()).toEqual({});
    expect(namesOf('oec_student_1')).toEqual(['b', 'B']);
    expect(namesOf('oec_student_2')).toEqual(['a', 'A']);
  });

  it('a number that somebody gives up is the next one’s without a further change', async () => {
    await begin();
    await kit.sync(numbered(1, 'A'), numbered(2, 'A'));
    await kit.sync(numbered(3, 'A'));
    expect(Object.keys(kit.troubles())).toEqual(['oec_student_2', 'oec_student_3']);
    await set(following, 1);
    await kit.sync(numbered(1, 'Z'));
    await set(following, 2, 3);
    expect(namesOf('oec_student_1')).toEqual(['z', 'Z']);
    expect(namesOf('oec_student_2')).toEqual(['a', 'A']);
    expect(Object.keys(kit.troubles())).toEqual(['oec_student_3']);
  });

  it('names and addresses that change places together', async () => {
    await begin(following);
    await kit.sync(numbered(1, 'A'), numbered(2, 'B'));
    await kit.sync(
      numbered(1, 'B', { email: 'student2@example.org' }),
      numbered(2, 'A', { email: 'student1@example.org' }),
    );
    expect(kit.troubles()).toEqual({});
    expect(namesOf('oec_student_1')).toEqual(['b', 'B']);
    expect((await kit.site.user('B'))?.email).toBe('student2@example.org');
  });

  it('addresses change places although no number names the mapping', async () => {
    await begin();
    await kit.sync(numbered(1, 'A'), numbered(2, 'B'));
    for (const [id, other] of [
      [1, 2],
      [2, 1],
    ] as const)
      await kit.sync(numbered(id, 'AB'[id - 1], { email: `student${other}@example.org` }));
    expect(kit.troubles()).toEqual({});
    expect((await kit.site.user('A'))?.email).toBe('student2@example.org');
  });
});

describe('with lost mappings accounts are known again', () => {
  it.each([
    ['by the number of the instance', (): void => {}],
    [
      'by the link’s own',
      () => {
        kit.moodle.siteState.users.update(kit.mapping('oec_student_1')!.moodle_id!, {
          idnumber: 'oec_student_1',
        });
      },
    ],
  ])('%s, with the address', async (_how, change) => {
    await begin(following);
    await kit.sync(
      program(1, { subject_ids: [1] }),
      subject(1),
      batch(1, 1),
      numbered(1, 'A'),
      enrolment(1, 1, 1, 1),
    );
    const id = kit.mapping('oec_student_1')!.moodle_id;
    change();
    kit.mappings.rows.delete('oec_student_1');
    await set(following, 1);
    expect(kit.mapping('oec_student_1')?.moodle_id).toBe(id);
    expect(namesOf('oec_student_1')).toEqual(['a', 'A']);
    expect(kit.troubles()).toEqual({});
  });

  it('a number alone proves nothing', async () => {
    await begin();
    await kit.sync(numbered(1, 'A'));
    const id = kit.mapping('oec_student_1')!.moodle_id!;
    kit.moodle.siteState.users.update(id, { email: 'else@example.org', username: 'else' });
    kit.mappings.rows.delete('oec_student_1');
    await set(numbers, 1);
    expect(kit.troubles()).toEqual({ oec_student_1: 'conflict: unprovenidnumber' });
  });

  it('a student who teaches has one account, with the number of the student', async () => {
    await begin(following);
    const ada = { first_name: 'Ada', last_name: 'Doctor', email: 'ada@example.org' };
    await kit.sync(numbered(1, 'A', ada));
    await kit.sync(faculty(1, ada));
    expect(kit.mapping('oec_faculty_1')?.moodle_id).toBe(kit.mapping('oec_student_1')?.moodle_id);
    expect(namesOf('oec_student_1')).toEqual(['a', 'A']);
    expect(kit.troubles()).toEqual({});
  });
});

describe('the comparison with Moodle', () => {
  it('tells of a number that two accounts have: somebody may have typed it, or two workers wrote it at once', async () => {
    await begin(following);
    await kit.sync(numbered(1, 'A'), numbered(2, 'B'));
    expect(await kit.compare()).toEqual([]);
    const [one, two] = [1, 2].map((id) => kit.mapping(`oec_student_${id}`)!.moodle_id!);
    kit.moodle.siteState.users.update(two!, { idnumber: 'a' });
    const findings = await kit.compare();
    expect(findings.map(({ idnumber, kind }) => [idnumber, kind])).toEqual([
      ['oec_student_1', 'twins'],
      ['oec_student_2', 'changed'],
    ]);
    expect(findings[0]!.in_moodle).toContain(`${one} (0 courses), ${two} (0 courses)`);
    expect(namesOf('oec_student_2')).toEqual(['b', 'B']);
    expect(await kit.compare()).toEqual([]);
  });
});
