import { beforeAll, describe, expect, it } from 'vitest';
import { lackedCapabilities, mayAssignRole } from '#shared/moodle/client/capabilities.ts';
import { capabilitiesFor, requiredFunctions } from '#shared/moodle/client/required-functions.ts';
import { enrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { getSiteInfo, type SiteInfo } from '#shared/moodle/functions/site.ts';
import { isMissing, nowhere, refusal, roles } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
let site: SiteInfo;
beforeAll(async () => {
  site = await getSiteInfo(peer.client);
});

describe("what the token's user may do", () => {
  it('is told by the front page: those of docs/moodle-setup.md it has', async () => {
    const needed = capabilitiesFor(requiredFunctions.filter(({ olderName }) => !olderName));
    expect(await lackedCapabilities(peer.client, site, needed)).toEqual({ lacked: [], unknown: [] });
  });

  it('is told by the front page: others it lacks, and some the site does not know', async () => {
    const asked = [
      'moodle/user:create',
      'moodle/site:config',
      'moodle/nothing:atall',
      'moodle/course:create',
    ];
    expect(await lackedCapabilities(peer.client, site, asked)).toEqual({
      lacked: ['moodle/site:config'],
      unknown: ['moodle/nothing:atall'],
    });
  });

  it('shows which roles it may give, where nobody can ever be enrolled', async () => {
    for (const role of [roles.student, roles.editingTeacher]) {
      expect(await mayAssignRole(peer.client, site, role)).toBe('yes');
    }
    expect(await mayAssignRole(peer.client, site, nowhere)).toBe('no-role');
    const enrolment = { roleid: roles.student, userid: site.userid, courseid: site.siteid ?? 1 };
    expect(await refusal(enrolUsers(peer.client, [enrolment]))).toBe('wsnoinstance');
  });

  it('is looked at after the user and before the course’s enrolment methods', async () => {
    const enrolment = { roleid: nowhere, userid: nowhere, courseid: site.siteid ?? 1 };
    expect(await refusal(enrolUsers(peer.client, [enrolment]))).toSatisfy(isMissing);
  });
});
