import { beforeEach, describe, expect, it } from 'vitest';
import { accountNoteOf } from '#shared/moodle/accounts/account-records.ts';
import { createUsers, getUsersByField } from '#shared/moodle/functions/users.ts';
import { survey } from '#shared/operate/adoption/adoption.ts';
import { carryOut } from '#shared/operate/adoption/carry-out.ts';
import { DecisionRules } from '#shared/operate/adoption/decisions.ts';
import { faculty, student } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

// What a push leaves to a person, decided with `oec-moodle adopt`, and the push that follows.
describe('adopting an account', () => {
  let kit: PushKit;
  beforeEach(async () => {
    kit = await PushKit.start();
    return () => kit.moodle.stop();
  });

  const asAna = { first_name: 'Ana', last_name: 'Sample', email: 'ana@example.org' };
  const account = async (id: number) => (await getUsersByField(kit.site.client, 'id', [id]))[0]!;
  const resident = async (fields: object = {}) => {
    const user = { username: 'ana', firstname: 'Ana', lastname: 'Sample', email: 'ana@example.org' };
    const [made] = await createUsers(kit.site.client, [{ ...user, password: 'Long-enough-1', ...fields }]);
    return made!.id;
  };

  async function look() {
    const stores = { records: kit.records, mappings: kit.mappings, clock: kit.clock };
    const observed = await survey(kit.instance, kit.site.client, 3, stores, () => {});
    return { observed, row: (idnumber: string) => observed.rows.find((row) => row.idnumber === idnumber)! };
  }

  const ports = () => ({
    ...{ instance: kit.instance, client: kit.site.client, tokenUser: 3, mappings: kit.mappings },
    ...{ brake: { addHolds: async () => {} }, clock: kit.clock },
  });

  /** Decides that the account is the record's, if that can be; answers why it cannot. */
  async function match(idnumber: string, id: number): Promise<string | undefined> {
    const { observed, row } = await look();
    const refusal = new DecisionRules(observed).refusal(row(idnumber), { match: id });
    if (refusal) return refusal;
    await carryOut(observed, new Map([[row(idnumber), { match: id }]]), new Set(), ports(), () => {});
    const { source } = row(idnumber);
    kit.queue({ instance: 'demo', service: 'students', ids: [source!.id] });
    await kit.settle();
    return undefined;
  }

  it('confirms one that a push has taken over: its address follows the record from then on', async () => {
    const id = await resident();
    await kit.sync(student(11, asAna));
    await kit.sync(student(11, { ...asAna, email: 'new@example.org' }));
    expect(kit.troubles()).toEqual({ oec_address_student_11: 'conflict: addresskept' });
    expect((await look()).row('oec_student_11')).toMatchObject({
      verdict: 'adopted',
      evidence: expect.stringContaining(`match ${id}`),
    });
    expect(await match('oec_student_11', id)).toBeUndefined();
    expect(kit.troubles()).toEqual({});
    expect(await account(id)).toMatchObject({ email: 'new@example.org', idnumber: 'oec_student_11' });
    expect((await look()).row('oec_student_11').evidence).toBe('');
  });

  it('gives somebody who came back married the old account', async () => {
    const old = student(101, asAna);
    await kit.sync(old);
    const id = kit.mapping('oec_student_101')!.moodle_id!;
    await kit.sync(
      { ...old, active: false },
      student(102, { ...asAna, first_name: 'Anna', last_name: 'Wed' }),
    );
    expect(kit.troubles()).toEqual({ oec_student_102: 'conflict: othername' });
    expect(await match('oec_student_102', id)).toBeUndefined();
    await kit.advance(3_600_000);
    expect(await account(id)).toMatchObject({
      idnumber: 'oec_student_102',
      lastname: 'Wed',
      suspended: false,
    });
    await kit.sync({ ...old, active: false, last_name: 'Edited' });
    expect(await account(id)).toMatchObject({
      idnumber: 'oec_student_102',
      lastname: 'Wed',
      suspended: false,
    });
    expect(kit.troubles()).toEqual({});
  });

  it('gives one account to a student who teaches, both in one run', async () => {
    const id = await resident({ lastname: 'Before' });
    await kit.put(student(1, asAna), faculty(1, asAna));
    const { observed, row } = await look();
    const both = ['oec_student_1', 'oec_faculty_1'];
    const decisions = new Map(both.map((idnumber) => [row(idnumber), { match: id }]));
    const carried = await carryOut(observed, decisions, new Set(), ports(), () => {});
    expect(carried).toMatchObject({ adopted: 2, problems: [], decided: both });
    for (const idnumber of both) {
      const mapping = kit.mapping(idnumber);
      expect(mapping).toMatchObject({
        moodle_id: id,
        extra_data: { account: { records: expect.any(Array) } },
      });
      expect(accountNoteOf(mapping).records?.toSorted()).toEqual(both.toSorted());
    }
  });

  it('does not give away the account of a record of the same kind that is in use', async () => {
    await kit.sync(student(1, asAna));
    const id = kit.mapping('oec_student_1')!.moodle_id!;
    await kit.sync(student(2, asAna));
    expect(await match('oec_student_2', id)).toBe(`The account ${id} is oec_student_1.`);
  });

  it('asks about an ID number with which neither name nor address agrees', async () => {
    const id = await resident({ idnumber: 'oec_student_9' });
    await kit.put(student(9));
    expect((await look()).row('oec_student_9')).toMatchObject({
      verdict: 'ambiguous',
      candidates: [{ id }],
    });
  });
});
