import { studentIdnumber } from '#shared/models/references.ts';
import { isUnreadable } from '#shared/moodle/accounts/doubts.ts';
import { isNeeding, presenceOf } from '#shared/moodle/accounts/person-presence.ts';
import { addCourse, personCourses } from './person-courses.ts';
import { roleCalls } from './role-calls.ts';

/**
 * op.parent's student_ids → the instance's role of parents over the accounts of the children who are in use in it. A child
 * stands where courses do with others; of one that cannot be read it stays as it is.
 */
export const children = personCourses({
  name: 'children',
  model: 'op.parent',
  role: 'parent',
  preparePersons: async (view, ids) => {
    const parents = await view.readMany('op.parent', ids);
    await view.load(
      'op.student',
      parents.flatMap((parent) => (parent.state === 'valid' ? parent.record.studentIds : [])),
    );
  },
  takePerson: async (view, id, { courses, doubts }) => {
    const parent = await view.read('op.parent', id);
    if (isUnreadable(parent)) doubts.everything = true;
    for (const studentId of parent.state === 'valid' ? parent.record.studentIds : []) {
      const child = studentIdnumber(studentId);
      const presence = await presenceOf(view, child);
      if (presence.state === 'unreadable') doubts.courses.add(child);
      else if (isNeeding(presence)) addCourse(courses, child);
    }
  },
  calls: roleCalls,
});
