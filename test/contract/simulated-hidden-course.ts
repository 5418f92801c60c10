import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { enrolUsers } from '#shared/moodle/functions/enrolments.ts';
import type { Teacher } from '#test/peers/teacher/teacher.ts';
import { makeCourse, makeUser, roles } from './makers.ts';
import type { HiddenCourse } from './prepared-course.ts';

/** The second course that docs/testing.md asks for, made by the simulated Moodle's teacher. */
export async function makeHiddenCourse(
  client: MoodleClient,
  { activities, gradebook, people }: Teacher,
): Promise<HiddenCourse> {
  const course = await makeCourse(client);
  const enrol = (userid: number) => enrolUsers(client, [{ roleid: roles.student, userid, courseid: course }]);
  const [graded, other, back] = [await makeUser(client), await makeUser(client), await makeUser(client)];
  for (const userid of [graded, other, back]) await enrol(userid);

  const workflow = activities.addAssignment(course, { name: 'Workflow', markingworkflow: true });
  activities.gradeAssignment(workflow.id, graded, 80, { workflowstate: 'inmarking' });
  activities.gradeAssignment(workflow.id, other, 35, { workflowstate: 'released' });
  const blind = activities.addAssignment(course, { name: 'Blind', blindmarking: true });
  activities.gradeAssignment(blind.id, graded, 64);
  const draft = activities.addAssignment(course, { name: 'Draft', visible: false });
  activities.gradeAssignment(draft.id, graded, 66);

  const single = gradebook.addItem(course, { name: 'Single' });
  for (const [userid, grade] of [
    [graded, 91],
    [other, 58],
    [back, 40],
  ] as const)
    gradebook.grade(single, userid, grade);
  gradebook.hideGrade(single, graded);
  const until = gradebook.addItem(course, { name: 'Until' });
  gradebook.grade(until, graded, 55);
  gradebook.hide(until, { until: 4_102_444_800 });
  const { id: category } = gradebook.addCategory(course, 'Hidden');
  gradebook.grade(gradebook.addItem(course, { name: 'Before', category }), graded, 11);
  gradebook.hideCategory(category);
  gradebook.grade(gradebook.addItem(course, { name: 'Later', category }), graded, 22);
  const passing = gradebook.addItem(course, { name: 'Passing', grademax: 10, gradepass: 5 });
  gradebook.grade(passing, graded, 4.95);
  gradebook.grade(passing, other, 5);
  const scale = gradebook.addScaleItem(course, {
    name: 'Danish',
    scale: ['-3', '00', '02', '4', '7', '10', '12'],
  });
  gradebook.grade(scale, graded, 7);
  gradebook.grade(scale, other, 3);

  people.unenrol(course, back);
  await enrol(back);
  return { course, users: { graded, other, back } };
}
