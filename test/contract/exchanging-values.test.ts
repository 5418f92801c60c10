import { describe, expect, it } from 'vitest';
import type { Warnings } from '#shared/moodle/client/schemas.ts';
import { getCoursesByIds, updateCourses } from '#shared/moodle/functions/courses.ts';
import { createGroups, getCourseGroups, updateGroups } from '#shared/moodle/functions/groups.ts';
import { getUsersByField, updateUsers } from '#shared/moodle/functions/users.ts';
import { makeCourse, makeUser, newUser, refusal, unique, userById } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
const codes = ({ warnings }: Warnings) => warnings.map(({ itemid, warningcode }) => [itemid, warningcode]);

// Two that are to exchange a value of which Moodle lets only one have each: neither can begin.
describe('exchanging values that are unique', () => {
  it('of addresses is refused for both; with one of them under .invalid both get theirs in one call', async () => {
    const [one, two] = [newUser(), newUser()];
    const [a, b] = [await makeUser(peer.client, one), await makeUser(peer.client, two)];
    const exchange = [
      { id: a, email: two.email },
      { id: b, email: one.email },
    ];
    expect(codes(await updateUsers(peer.client, exchange))).toEqual([
      [a, 'useremailduplicate'],
      [b, 'useremailduplicate'],
    ]);
    const interim = `${unique('oec_student_1')}@moved.oec-moodle-sync.invalid`;
    expect(codes(await updateUsers(peer.client, [{ id: b, email: interim }]))).toEqual([]);
    expect((await userById(peer.client, b)).email).toBe(interim);
    expect(codes(await updateUsers(peer.client, exchange))).toEqual([]);
    expect((await userById(peer.client, a)).email).toBe(two.email);
    expect((await userById(peer.client, b)).email).toBe(one.email);
  });

  it('of usernames is refused for both, passed on in the order of the call; with one moved both get theirs', async () => {
    const [one, two, free] = [newUser(), newUser(), newUser()];
    const [a, b] = [await makeUser(peer.client, one), await makeUser(peer.client, two)];
    const exchange = [
      { id: a, username: two.username },
      { id: b, username: one.username },
    ];
    expect(codes(await updateUsers(peer.client, exchange))).toEqual([
      [a, 'dmlwriteexception'],
      [b, 'dmlwriteexception'],
    ]);
    expect(codes(await updateUsers(peer.client, [{ id: b, username: `${free.username}.moved` }]))).toEqual(
      [],
    );
    expect(codes(await updateUsers(peer.client, exchange))).toEqual([]);
    const found = await getUsersByField(peer.client, 'username', [one.username, two.username]);
    expect(found.map(({ id, username }) => [id, username])).toEqual([
      [a, two.username],
      [b, one.username],
    ]);
    const row = [
      { id: b, username: free.username },
      { id: a, username: one.username },
    ];
    expect(codes(await updateUsers(peer.client, row))).toEqual([]);
  });

  it('of short names is refused for both; with one of them moved both get theirs in one call', async () => {
    const [one, two] = [unique('C'), unique('C')];
    const a = await makeCourse(peer.client, { shortname: one });
    const b = await makeCourse(peer.client, { shortname: two });
    const exchange = [
      { id: a, shortname: two },
      { id: b, shortname: one },
    ];
    expect(codes(await updateCourses(peer.client, exchange))).toEqual([
      [a, 'shortnametaken'],
      [b, 'shortnametaken'],
    ]);
    await updateCourses(peer.client, [{ id: b, shortname: `${unique('oec')} (moved)` }]);
    expect(codes(await updateCourses(peer.client, exchange))).toEqual([]);
    const found = await getCoursesByIds(peer.client, [a, b]);
    expect(Object.fromEntries(found.map(({ id, shortname }) => [id, shortname]))).toEqual({
      [a]: two,
      [b]: one,
    });
  });

  it('of group names in a course is refused as a whole; with one of them moved both get theirs', async () => {
    const courseid = await makeCourse(peer.client);
    const groups = ['A', 'B'].map((name) => ({ courseid, name, description: '', idnumber: unique('group') }));
    const [a, b] = (await createGroups(peer.client, groups)).map(({ id }) => id) as [number, number];
    const exchange = [
      { id: a, name: 'B' },
      { id: b, name: 'A' },
    ];
    expect(await refusal(updateGroups(peer.client, exchange))).toBe('invalidparameter');
    expect(await refusal(updateGroups(peer.client, [exchange[0]!]))).toBe('invalidparameter');
    await updateGroups(peer.client, [{ id: b, name: 'oec (moved)' }]);
    await updateGroups(peer.client, exchange);
    const found = await getCourseGroups(peer.client, courseid);
    expect(Object.fromEntries(found.map(({ id, name }) => [id, name]))).toEqual({ [a]: 'B', [b]: 'A' });
  });
});
