import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { enrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { addGroupMembers } from '#shared/moodle/functions/groups.ts';
import { updateUsers } from '#shared/moodle/functions/users.ts';
import type { Teacher } from '#test/peers/teacher/teacher.ts';
import { makeCourse, makeGroup, makeUser, roles } from './makers.ts';
import type { PreparedCourse } from './prepared-course.ts';

const words = ['Poor', 'Fair', 'Good'];
const now = Math.floor(Date.now() / 1000);
const earlier = { at: now - 60 };

/** What docs/testing.md asks an administrator to do by hand, done by the simulated Moodle's teacher. */
export async function makePreparedCourse(client: MoodleClient, teacher: Teacher): Promise<PreparedCourse> {
  const course = await makeCourse(client, { fullname: 'Pull & more', enablecompletion: 1 });
  const group = await makeGroup(client, course);
  const users = await makeStudents(client, course);
  await addGroupMembers(client, [{ groupid: group, userid: users.graded }]);
  const trainer = await makeUser(client);
  await enrolUsers(client, [{ roleid: roles.editingTeacher, userid: trainer, courseid: course }]);

  const activities = fillActivities(teacher, course, users);
  const items = fillGradebook(teacher, course, users);
  completeSome(teacher, course, activities, users);
  const attendance = takeAttendance(teacher, course, users);

  await updateUsers(client, [{ id: users.suspendedAccount, suspended: true }]);
  const enrolment = { roleid: roles.student, courseid: course };
  await enrolUsers(client, [{ ...enrolment, userid: users.suspendedEnrolment, suspend: true }]);
  return { course, group, teacher: trainer, users, ...activities, items, attendance };
}

type Users = PreparedCourse['users'];

async function makeStudents(client: MoodleClient, courseid: number): Promise<Users> {
  const make = async (lastname: string): Promise<number> => {
    const userid = await makeUser(client, { lastname });
    await enrolUsers(client, [{ roleid: roles.student, userid, courseid }]);
    return userid;
  };
  return {
    ungraded: await make('ungraded'),
    graded: await make('graded'),
    takenBack: await make('takenBack'),
    suspendedAccount: await make('suspendedAccount'),
    suspendedEnrolment: await make('suspendedEnrolment'),
  };
}

function fillActivities({ activities, gradebook }: Teacher, course: number, users: Users) {
  const quiz = activities.addQuiz(course, { name: 'Quiz & A', gradepass: 5 });
  activities.finishQuiz(quiz.id, users.graded, 10, earlier);
  activities.finishQuiz(quiz.id, users.graded, 0, earlier);
  activities.finishQuiz(quiz.id, users.suspendedAccount, 5, earlier);
  activities.finishQuiz(quiz.id, users.suspendedEnrolment, 5, earlier);

  const assignment = activities.addAssignment(course, { name: 'Assignment' });
  activities.gradeAssignment(assignment.id, users.graded, 77.5, earlier);
  activities.gradeAssignment(assignment.id, users.suspendedAccount, 50, earlier);
  activities.gradeAssignment(assignment.id, users.suspendedEnrolment, 40, earlier);
  activities.gradeAssignment(assignment.id, users.takenBack, 60, earlier);
  activities.gradeAssignment(assignment.id, users.takenBack, null);

  const scaled = activities.addAssignmentWithScale(course, { name: 'Scaled', scale: words });
  activities.gradeAssignment(scaled.id, users.graded, 2, earlier);
  const overridden = activities.addAssignment(course, { name: 'Overridden' });
  gradebook.grade(overridden.itemid, users.graded, 66, earlier);
  const untouched = activities.addAssignment(course, { name: 'Untouched' });
  return { quiz, assignment, scaled, overridden, untouched };
}

function fillGradebook({ gradebook }: Teacher, course: number, users: Users): PreparedCourse['items'] {
  const manual = gradebook.addItem(course, { name: 'Oral & exam', grademax: 20 });
  gradebook.grade(manual, users.graded, 15, { feedback: 'Well done', ...earlier });
  gradebook.grade(manual, users.takenBack, 12, earlier);
  gradebook.grade(manual, users.takenBack, null);
  const hidden = gradebook.addItem(course, { name: 'Hidden' });
  gradebook.grade(hidden, users.graded, 33, earlier);
  gradebook.hide(hidden);
  const scale = gradebook.addScaleItem(course, { name: 'Conduct', scale: words });
  gradebook.grade(scale, users.graded, 3, earlier);
  const text = gradebook.addTextItem(course, { name: 'Text' });
  gradebook.grade(text, users.graded, null, { feedback: 'only words', ...earlier });
  const category = gradebook.addCategory(course, 'Labs & co');
  const lab = gradebook.addItem(course, { name: 'Lab 1', grademax: 50, category: category.id });
  gradebook.grade(lab, users.graded, 25, earlier);
  return { manual, hidden, scale, text };
}

function completeSome(
  { completion }: Teacher,
  course: number,
  { quiz, assignment }: ReturnType<typeof fillActivities>,
  users: Users,
): void {
  completion.requireActivities(course, [quiz.cmid, assignment.cmid]);
  completion.completeActivity(quiz.cmid, users.graded);
  completion.completeActivity(assignment.cmid, users.graded);
  completion.completeActivity(quiz.cmid, users.ungraded);
  completion.completeCourse(course, users.graded);
}

function takeAttendance(
  { activities, attendance }: Teacher,
  course: number,
  users: Users,
): PreparedCourse['attendance'] {
  const { id, cmid } = activities.addAttendance(course, { name: 'Attendance' });
  const taken = attendance.addSession(id, { sessdate: now - 7200, duration: 3600 });
  const open = attendance.addSession(id, { sessdate: now + 86400, duration: 3600 });
  const present = attendance.statusId(id, 'P');
  const absent = attendance.statusId(id, 'A');
  const late = attendance.statusId(id, 'L');
  attendance.take(taken, [
    { userid: users.graded, statusid: present, remarks: 'came early' },
    { userid: users.ungraded, statusid: absent },
    { userid: users.takenBack, remarks: 'only a remark' },
    { userid: users.suspendedEnrolment, statusid: late },
  ]);
  attendance.changeStatus(late, { visible: false });
  return { id, cmid, taken, open, present, absent, late };
}
