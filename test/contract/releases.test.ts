import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { limitsOf } from '#shared/models/fields/moodle-limits.ts';
import { isAtLeast, triedReleases } from '#shared/moodle/client/release.ts';
import {
  addAttendance,
  addAttendanceSession,
  attendanceFunctionName,
  getAttendanceSessions,
} from '#shared/moodle/functions/attendance.ts';
import { updateCategories } from '#shared/moodle/functions/categories.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { createCourses, updateCourses } from '#shared/moodle/functions/courses.ts';
import { enrolUsers, getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { getGradeItems } from '#shared/moodle/functions/grade-items.ts';
import { addGroupMembers } from '#shared/moodle/functions/groups.ts';
import { getSiteInfo, type SiteInfo } from '#shared/moodle/functions/site.ts';
import {
  makeCategory,
  makeCourse,
  makeGroup,
  makeStudent,
  newCourse,
  nowhere,
  refusal,
  roles,
  unique,
} from './makers.ts';
import { usePeer } from './peer.ts';

/** All in which releases are known to differ: of the live Moodle, or of each that the simulated one can be. */
const peers = process.env.MOODLE_URL ? ['that is live'] : triedReleases;

describe.each(peers)('Moodle %s', (release) => {
  const peer = usePeer(release);
  let site: SiteInfo;
  let course: number;
  let student: number;
  beforeAll(async () => {
    site = await getSiteInfo(peer.client);
    course = await makeCourse(peer.client);
    student = await makeStudent(peer.client, course);
  });

  describe('says what is not there', () => {
    const renamed = async () => {
      const { warnings } = await updateCourses(peer.client, [{ id: nowhere, fullname: 'Renamed' }]);
      return warnings[0]?.warningcode;
    };
    const moved = async () => {
      const { id } = await makeCategory(peer.client);
      return refusal(updateCategories(peer.client, [{ id, parent: nowhere }]));
    };
    const stranger = () => ({ roleid: roles.student, userid: nowhere, courseid: course });
    const cases: [what: string, code: string, () => Promise<string | undefined>][] = [
      ['a course that is read', 'invalidrecord', () => refusal(getEnrolledUsers(peer.client, nowhere))],
      ['its contents', 'invalidrecord', () => refusal(getCourseModules(peer.client, nowhere))],
      ['its gradebook', 'invalidrecord', () => refusal(getGradeItems(peer.client, nowhere))],
      ['a course that is changed', 'invalidrecord', renamed],
      ['the parent of a category', 'invalidrecord', moved],
      ['somebody who is enrolled', 'invaliduser', () => refusal(enrolUsers(peer.client, [stranger()]))],
      [
        'a group that is joined',
        'invalidrecord',
        () => refusal(addGroupMembers(peer.client, [{ groupid: nowhere, userid: student }])),
      ],
      [
        'somebody who joins one',
        'invaliduser',
        async () => {
          const groupid = await makeGroup(peer.client, course);
          return refusal(addGroupMembers(peer.client, [{ groupid, userid: nowhere }]));
        },
      ],
      [
        'a function',
        'invalidrecord',
        () => refusal(peer.client.call('mod_absent_get_nothing', {}, z.unknown())),
      ],
    ];

    it.each(cases)('%s: before 5.0 with %s', async (_what, before, code) => {
      expect(await code()).toBe(isAtLeast(site.release, '5.0') ? 'invalidrecordunknown' : before);
    });
  });

  it('takes full names of courses as long as its release allows, and fails to write longer ones', async () => {
    const { courseFullname } = limitsOf(site.release);
    const { id } = await makeCategory(peer.client);
    const create = (length: number) =>
      refusal(createCourses(peer.client, [newCourse(id, { fullname: unique('x').padEnd(length, '0') })]));
    expect(await create(courseFullname)).toBeUndefined();
    expect(await create(courseFullname + 1)).toBe('dmlwriteexception');
    const fullname = 'x'.repeat(courseFullname + 1);
    const { warnings } = await updateCourses(peer.client, [{ id: course, fullname }]);
    expect(warnings).toMatchObject([{ itemid: course, warningcode: 'dmlwriteexception' }]);
  });

  it('marks attendance with the number of the session’s status set; the plugin of 2024 takes anything', async (context) => {
    const { client } = peer;
    const update = attendanceFunctionName('update_user_status', site.functions);
    const mayAdd = attendanceFunctionName('add_session', site.functions) !== undefined;
    context.skip(!update || !mayAdd, 'the site has no attendance plugin, or the token may not add sessions');
    const attendanceid = await addAttendance(client, site.functions, { courseid: course, name: 'Releases' });
    const sessionid = await addAttendanceSession(client, site.functions, {
      attendanceid,
      sessiontime: 1_790_000_000,
    });
    const [session] = await getAttendanceSessions(client, site.functions, attendanceid);
    const mark = {
      sessionid,
      studentid: student,
      takenbyid: site.userid,
      statusid: session?.statuses[0]?.id,
    };
    const marked = (statusset: string, more = {}) =>
      client.call(update!, { ...mark, statusset, ...more } as never, z.unknown());
    const answer = await marked('0');
    expect(['OK', null]).toContain(answer);
    const list = session!.statuses.map(({ id }) => id).join(',');
    const expected = answer === 'OK' ? 'invalidparameter' : undefined;
    expect(await refusal(marked(list))).toBe(expected);
    expect(await refusal(marked('0', { statusid: nowhere }))).toBe(expected);
  });
});
