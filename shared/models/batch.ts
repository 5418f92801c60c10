import { active, date, recordId, reference, text } from './fields/fields.ts';
import { partLimits } from './fields/moodle-limits.ts';
import { defineModel, type RecordOfModel, type Ripple, withoutActive } from './model.ts';

/** What hangs on the groups of a batch. */
const inGroups: readonly Ripple[] = [
  { push: 'enrolments', way: '<op.student.course >op.student' },
  { push: 'attendance', way: '<op.attendance.register <op.attendance.sheet' },
];
const groups = ['course_id', 'active', 'name', 'code'];
const dates = ['start_date', 'end_date'];

/**
 * op.batch: a group in Moodle in every course of its program. Name and code together make the group's name, which is
 * unique in a course. Dates are `YYYY-MM-DD`; groups have none, but the courses of a batch have them where it has some.
 */
export const batch = defineModel({
  name: 'op.batch',
  noun: 'batch',
  fields: {
    id: recordId,
    code: text,
    name: text,
    start_date: date,
    end_date: date,
    course_id: reference,
    active,
  },
  read: (fields, check) => ({
    id: fields.id,
    code: check.requiredText('code', partLimits.batchCode, 'for the group'),
    name: check.requiredText('name', partLimits.batchName, 'for the group'),
    startDate: fields.start_date,
    endDate: fields.end_date,
    programId: check.requiredReference('course_id', 'nobody knows in which Moodle courses its group belongs'),
    active: fields.active,
  }),
  refersTo: { course_id: 'op.course' },
  service: 'batches',
  sweep: 'structure',
  ripples: [
    { push: 'subjects', way: '>op.course >op.subject', when: [...groups, ...dates], isOfCourseTime: true },
    { push: 'batches' },
    { push: 'batch_cohorts', when: groups },
    ...inGroups.map((ripple) => ({ ...ripple, when: groups })),
    { push: 'enrolments', way: '<op.student.course >op.student', when: dates, isOfCourseTime: true },
    {
      push: 'teaching',
      way: '>op.course >op.subject <op.faculty',
      when: [...groups, ...dates],
      isOfCourseTime: true,
    },
  ],
  moved: inGroups,
  odoo: { isComparedWhole: true, withoutField: withoutActive },
});

export type Batch = RecordOfModel<typeof batch>;
