import { describe, expect, it } from 'vitest';
import { defaultSettings, parentRole } from '#local/moodle/settings.ts';
import { mayAssignOverUsers } from '#shared/moodle/client/capabilities.ts';
import { assignRoles, unassignRoles } from '#shared/moodle/functions/roles.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { updateUsers } from '#shared/moodle/functions/users.ts';
import { administrator } from './administrator.ts';
import { makeUser, nowhere, refusal, roles } from './makers.ts';
import { usePeer } from './peer.ts';

const { MOODLE_URL, MOODLE_PARENT_ROLE } = process.env;
const roleid = Number(MOODLE_PARENT_ROLE ?? parentRole.id);

const peer = usePeer(undefined, { roles: [...defaultSettings.roles, parentRole] });

const give = (...assignments: [role: number, userid: number, instanceid: number][]) =>
  refusal(assignRoles(peer.client, assignments.map(asRole)));
const take = (...assignments: [role: number, userid: number, instanceid: number][]) =>
  refusal(unassignRoles(peer.client, assignments.map(asRole)));
const asRole = ([role, userid, instanceid]: [number, number, number]) => ({
  ...{ roleid: role, userid, instanceid },
});

/** How many have which role over whom, of the simulated Moodle: no function tells it. */
function given(userid: number): number {
  return peer.simulated?.siteState.roleAssignments.count('user', userid) ?? Number.NaN;
}

/** A live one needs the role of docs/moodle-setup.md, by its id. */
describe.skipIf(MOODLE_URL && !MOODLE_PARENT_ROLE)('a role over accounts', () => {
  it('is given and taken, and may be so again', async () => {
    const [parent, child] = [await makeUser(peer.client), await makeUser(peer.client)];
    expect(await give([roleid, parent, child], [roleid, parent, child])).toBeUndefined();
    expect(await give([roleid, parent, child])).toBeUndefined();
    if (peer.simulated) expect(given(parent)).toBe(1);
    expect(await take([roleid, parent, child])).toBeUndefined();
    expect(await take([roleid, parent, child], [roleid, nowhere, child])).toBeUndefined();
    if (peer.simulated) expect(given(parent)).toBe(0);
  });

  it('is refused where it may not be given, or there is no such account, all or none', async () => {
    const [parent, child] = [await makeUser(peer.client), await makeUser(peer.client)];
    expect(await give([roleid, parent, child], [roles.student, parent, child])).toBe('invalidparameter');
    expect(await give([roleid, parent, child], [nowhere, parent, child])).toBe('invalidparameter');
    expect(await give([roleid, parent, child], [roleid, parent, nowhere])).toBe('invalidparameter');
    expect(await give([roleid, parent, child], [roleid, nowhere, child])).toBe('codingerror');
    if (peer.simulated) expect(given(parent)).toBe(0);
    expect(await take([roles.student, parent, child])).toBe('invalidparameter');
    expect(await take([roleid, parent, nowhere])).toBe('invalidparameter');
  });

  it('is given to and over suspended accounts as well', async () => {
    const [parent, child] = [await makeUser(peer.client), await makeUser(peer.client)];
    await updateUsers(peer.client, [
      { id: parent, suspended: true },
      { id: child, suspended: true },
    ]);
    expect(await give([roleid, parent, child])).toBeUndefined();
    expect(await take([roleid, parent, child])).toBeUndefined();
  });

  it.skipIf(!administrator.isThere)('goes with either account', async () => {
    const [parent, child, other] = [
      await makeUser(peer.client),
      await makeUser(peer.client),
      await makeUser(peer.client),
    ];
    expect(await give([roleid, parent, child], [roleid, other, child])).toBeUndefined();
    await administrator(peer).deleteAccount(other);
    expect(await give([roleid, other, child])).toBe('codingerror');
    expect(await take([roleid, other, child])).toBeUndefined();
    await administrator(peer).deleteAccount(child);
    if (peer.simulated) expect(given(parent)).toBe(0);
    // As if the account were there: it serves nobody.
    expect(await give([roleid, parent, child])).toBeUndefined();
    expect(await take([roleid, parent, child])).toBeUndefined();
  });

  it('can be asked for without being given', async () => {
    const site = await getSiteInfo(peer.client);
    expect(await mayAssignOverUsers(peer.client, site, roleid)).toBe('yes');
    expect(await mayAssignOverUsers(peer.client, site, roles.student)).toBe('no-role');
    expect(await mayAssignOverUsers(peer.client, site, nowhere)).toBe('no-role');
  });
});
