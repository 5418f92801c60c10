import { missingRecord } from '../../moodle-exception.ts';
import { int, object, withDefault } from '../../parameters/description.ts';
import type { GradeItem } from '../../state/gradebook.ts';
import type { Course, User } from '../../state/records.ts';
import { gradeOf } from '../../state/set-grade.ts';
import type { SiteState } from '../../state/site-state.ts';
import { isActive } from '../enrolments/get-enrolled-users.ts';
import { isStudent } from '../enrolments/is-student.ts';
import { byName } from '../users/by-name.ts';
import { fullName } from '../users/user-answer.ts';
import { type CallContext, webServiceFunction } from '../web-service-function.ts';
import { aggregate } from './aggregate.ts';
import { gradeItemAnswer } from './grade-item-answer.ts';
import { columnsOf, depthOf, gradeTreeOf } from './grade-tree.ts';

/**
 * `gradereport_user_get_grade_items`: every student whose enrolment is active, suspended accounts among them; or one
 * user, who need not even be enrolled.
 */
export const getGradeItems = webServiceFunction({
  name: 'gradereport_user_get_grade_items',
  parameters: object({
    courseid: int(),
    userid: withDefault(int(), 0),
    groupid: withDefault(int(), 0),
  }),
  run: ({ courseid, userid, groupid }, context) => {
    const { state } = context;
    const course = state.courses.get(courseid);
    if (!course) throw missingRecord('course');
    const users = userid === 0 ? gradedUsers(courseid, groupid, context) : [requireUser(state, userid)];
    return { usergrades: users.length === 0 ? [] : report(course, users, state), warnings: [] };
  },
});

function requireUser(state: SiteState, userid: number): User {
  const user = state.users.get(userid);
  if (!user) throw missingRecord('user');
  return user;
}

function gradedUsers(courseid: number, groupid: number, { state, settings }: CallContext): User[] {
  const members = new Set(state.groupMembers(groupid).map(({ id }) => id));
  return state.enrolments
    .find('course', courseid)
    .filter((enrolment) => isActive(enrolment) && isStudent(enrolment, settings))
    .filter(({ userid }) => groupid === 0 || members.has(userid))
    .flatMap(({ userid }) => state.users.get(userid) ?? [])
    .sort(byName);
}

function report(course: Course, users: User[], state: SiteState) {
  const tree = gradeTreeOf(state, course.id);
  const maxdepth = depthOf(tree) + 1;
  const columns = columnsOf(tree).map((item) => ({ item, cmid: cmidOf(item, state) }));
  return users.map((user) => {
    const results = aggregate(tree, (item) => gradeOf(state, item.id, user.id));
    return {
      courseid: course.id,
      courseidnumber: course.idnumber,
      userid: user.id,
      userfullname: fullName(user),
      useridnumber: user.idnumber,
      maxdepth,
      gradeitems: columns.flatMap(({ item, cmid }) => {
        const result = results.get(item.id);
        return result ? [gradeItemAnswer(item, result, cmid, course.reportShows)] : [];
      }),
    };
  });
}

function cmidOf({ itemtype, itemmodule, iteminstance }: GradeItem, state: SiteState): number | undefined {
  if (itemtype !== 'mod') return undefined;
  return state.activities.modules.find('instance', `${itemmodule}/${iteminstance}`)[0]?.id;
}
