import { beforeAll, describe, expect, it } from 'vitest';
import {
  addCohortMembers,
  createCohorts,
  deleteCohortMembers,
  getAllCohorts,
  getCohortMembers,
  type NewCohort,
  updateCohorts,
} from '#shared/moodle/functions/cohorts.ts';
import { isMissing, makeUser, nowhere, refusal, unique } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
let users: number[];
beforeAll(async () => {
  users = await Promise.all([makeUser(peer.client), makeUser(peer.client)]);
});

const newCohort = (fields: Partial<NewCohort> = {}): NewCohort => {
  const name = unique('cohort');
  return { name, idnumber: name, visible: true, ...fields };
};
const create = (...cohorts: NewCohort[]) => createCohorts(peer.client, cohorts);
const make = async () => (await create(newCohort()))[0]!.id;
const membersOf = async (id: number) =>
  (await getCohortMembers(peer.client, [id])).map(({ userid }) => userid);

describe('cohorts', () => {
  it('are made in the order of the items and found among all, with their names as people read them', async () => {
    const wanted = [newCohort({ name: unique('Law & Order <x>') }), newCohort({ visible: false })];
    const created = await create(...wanted);
    expect(created).toMatchObject([{ idnumber: wanted[0]!.idnumber }, wanted[1]!]);
    expect(await getAllCohorts(peer.client)).toEqual(expect.arrayContaining(created));
  });

  it('have an idnumber that no other has when it is made, in capitals or not, and names that others have', async () => {
    const first = newCohort();
    await create(first);
    const again = newCohort({ idnumber: first.idnumber.toUpperCase() });
    expect(await refusal(create(newCohort(), again))).toBe('invalidparameter');
    expect(await create(newCohort({ name: first.name }))).toMatchObject([{ name: first.name }]);
  });

  it('take a name of 254 characters and no longer one', async () => {
    const name = (length: number) => unique('n').padEnd(length, 'é');
    expect(await create(newCohort({ name: name(254) }))).toHaveLength(1);
    expect(await refusal(create(newCohort({ name: name(255) })))).toBe('dmlwriteexception');
  });

  it('are renamed and hidden, and get an idnumber that another has', async () => {
    const [one, other] = await create(newCohort(), newCohort());
    const changed = { ...one!, name: unique('renamed'), visible: false };
    await updateCohorts(peer.client, [changed, { ...other!, idnumber: one!.idnumber }]);
    const all = await getAllCohorts(peer.client);
    expect(all.find(({ id }) => id === one!.id)).toEqual(changed);
    expect(all.find(({ id }) => id === other!.id)?.idnumber).toBe(one!.idnumber);
    expect(await refusal(updateCohorts(peer.client, [{ ...one!, id: nowhere }]))).toSatisfy(isMissing);
  });
});

describe('members of cohorts', () => {
  it('join once, whatever else is in the call, which says what is not there', async () => {
    const cohortid = await make();
    const [userid, other] = users as [number, number];
    const add = (...members: { cohortid: number; userid: number }[]) =>
      addCohortMembers(peer.client, members);
    expect(await add({ cohortid, userid })).toEqual([undefined]);
    expect(
      await add(
        ...[
          { cohortid, userid },
          { cohortid: nowhere, userid },
          { cohortid, userid: nowhere },
        ],
        { cohortid, userid: other },
      ),
    ).toEqual([undefined, 'cohort', 'user', undefined]);
    expect((await membersOf(cohortid)).toSorted()).toEqual(users.toSorted());
  });

  it('leave, and who is in none is passed over; what is not there refuses all', async () => {
    const cohortid = await make();
    const [userid, other] = users as [number, number];
    await addCohortMembers(peer.client, [{ cohortid, userid }]);
    const leave = (...members: { cohortid: number; userid: number }[]) =>
      refusal(deleteCohortMembers(peer.client, members));
    expect(await leave({ cohortid, userid }, { cohortid, userid: nowhere })).toSatisfy(isMissing);
    expect(await leave({ cohortid: nowhere, userid })).toSatisfy(isMissing);
    expect(await membersOf(cohortid)).toEqual([userid]);
    expect(await leave({ cohortid, userid: other }, { cohortid, userid })).toBeUndefined();
    expect(await membersOf(cohortid)).toEqual([]);
    expect(await refusal(getCohortMembers(peer.client, [nowhere]))).toSatisfy(isMissing);
  });
});
