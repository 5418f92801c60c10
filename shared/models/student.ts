import { along, defineModel } from './model.ts';
import { fieldsOfPlace, ofParents, personFields, personInOdoo, ripplesOfPerson, toPerson } from './person.ts';

/** op.student: an account in Moodle. */
export const student = defineModel({
  name: 'op.student',
  noun: 'student',
  fields: personFields,
  read: toPerson,
  refersTo: {},
  service: 'students',
  sweep: 'students',
  ripples: [
    ...ripplesOfPerson('students', 'enrolments', fieldsOfPlace),
    ...along('<op.parent', ofParents, fieldsOfPlace),
  ],
  moved: [
    { push: 'enrolments' },
    { push: 'children', way: '<op.parent' },
    // By the batch: marks, of which there are millions, have no links to their students.
    { push: 'attendance', way: '<op.student.course >op.batch <op.attendance.register <op.attendance.sheet' },
  ],
  odoo: {
    ...personInOdoo,
    alsoCopied: ['gr_no'],
    withoutField: {
      ...personInOdoo.withoutField,
      gr_no: 'Accounts are not recognised by the registration number.',
    },
  },
});
