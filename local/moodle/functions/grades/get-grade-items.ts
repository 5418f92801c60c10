import { missingRecord } from '../../moodle-exception.ts';
import type { GradeItem } from '../../state/gradebook.ts';
import { gradeOf } from '../../state/grades.ts';
import type { Course, ReportSettings, User } from '../../state/records.ts';
import type { SiteState } from '../../state/site-state.ts';
import { isActive, isStudent } from '../enrolments.ts';
import { byName, fullName } from '../users.ts';
import type { CallContext, WebServiceFunctions } from '../web-service-function.ts';
import { aggregate, type ColumnResult, columnsOf, depthOf, gradeTreeOf } from './aggregate.ts';

export const gradeFunctions = {
  /**
   * Every student whose enrolment is active, suspended accounts among them; or one user, who need not even
   * be enrolled.
   */
  gradereport_user_get_grade_items: {
    run: ({ courseid, userid, groupid }, context) => {
      const { state } = context;
      const course = state.courses.get(courseid);
      if (!course) throw missingRecord('course');
      const users = userid === 0 ? gradedUsers(courseid, groupid, context) : [requireUser(state, userid)];
      return { usergrades: users.length === 0 ? [] : report(course, users, state), warnings: [] };
    },
  },
} satisfies Partial<WebServiceFunctions>;

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
  return state.activities.modules.first('instance', `${itemmodule}/${iteminstance}`)?.id;
}

/**
 * One column of one user. Names are not escaped here; `scaleid` carries the outcome's id by a mistake of Moodle's, so
 * it is null for scales too.
 */
function gradeItemAnswer(
  item: GradeItem,
  result: ColumnResult,
  cmid: number | undefined,
  shows: ReportSettings,
) {
  const isTotal = item.categoryid === null;
  return {
    id: item.id,
    itemname: item.itemname,
    itemtype: item.itemtype,
    itemmodule: item.itemmodule,
    iteminstance: item.iteminstance,
    itemnumber: isTotal ? null : 0,
    idnumber: item.idnumber,
    categoryid: item.categoryid,
    outcomeid: null,
    scaleid: null,
    locked: false,
    ...(cmid !== undefined && { cmid }),
    ...(shows.weight && weightAnswer(result)),
    ...(shows.grade && gradeAnswer(item, result)),
    ...(shows.range && {
      grademin: result.grademin,
      grademax: result.grademax,
      rangeformatted: rangeFormatted(item, result),
    }),
    percentageformatted: percentageFormatted(item, result),
    feedback: result.feedback,
    // Plain text where there is none, HTML where a teacher wrote it.
    feedbackformat: result.feedback === '' ? 2 : 1,
  };
}

function gradeAnswer(item: GradeItem, result: ColumnResult) {
  const { final, feedback, timecreated, timemodified, isHidden, overridden } = result;
  return {
    graderaw: item.needsupdate ? null : final,
    gradedatesubmitted: timecreated,
    // What was taken back and left no words behind has no date either.
    gradedategraded: final === null && feedback === '' ? null : timemodified,
    gradehiddenbydate: false,
    gradeneedsupdate: item.needsupdate,
    gradeishidden: isHidden,
    gradeislocked: false,
    gradeisoverridden: overridden,
    gradeformatted: item.needsupdate ? 'Error' : gradeFormatted(item, result),
  };
}

function weightAnswer({ final, weight }: ColumnResult) {
  if (weight === undefined) return {};
  return {
    weightraw: Number(weight.toFixed(5)),
    weightformatted: percent(weight),
    ...(final === null && { status: 'novalue' }),
  };
}

const passed =
  '<i class="icon fa fa-check text-success fa-fw inline"  title="Pass" role="img" aria-label="Pass"></i>';
const failed =
  '<i class="icon fa fa-xmark text-danger fa-fw inline"  title="Fail" role="img" aria-label="Fail"></i>';

/** The grade as a person reads it: a number, a word of the scale, or HTML where there is a pass mark. */
function gradeFormatted(item: GradeItem, { final, isHidden }: ColumnResult): string {
  if (item.gradetype === 'text') return '';
  if (final === null) return '-';
  const word = item.gradetype === 'scale' ? (item.scale[final - 1] ?? '') : final.toFixed(2);
  if (item.gradepass === 0 || isHidden) return word;
  return `${final >= item.gradepass ? passed : failed}${word}`;
}

/** The only sign in the answer that a column holds words of a scale, or words only. */
function rangeFormatted({ gradetype, scale }: GradeItem, { grademin, grademax }: ColumnResult): string {
  if (gradetype === 'text') return '&ndash;';
  if (gradetype === 'scale') return `${scale[0]}&ndash;${scale.at(-1)}`;
  return `${grademin.toFixed(0)}&ndash;${grademax.toFixed(0)}`;
}

function percentageFormatted({ gradetype }: GradeItem, { final, grademin, grademax }: ColumnResult): string {
  if (gradetype === 'text') return '';
  if (final === null || grademax === grademin) return '-';
  return percent((final - grademin) / (grademax - grademin));
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
