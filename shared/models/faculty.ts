import { reference, references } from './fields/fields.ts';
import { defineModel, type RecordOfModel } from './model.ts';
import { fieldsOfPlace, personFields, personInOdoo, ripplesOfPerson, toPerson } from './person.ts';

/**
 * op.faculty: an account in Moodle, teacher in the courses of its subjects and of its timetable sessions. Departments only
 * decide which Moodle it belongs to.
 */
export const faculty = defineModel({
  name: 'op.faculty',
  noun: 'teacher',
  fields: { ...personFields, faculty_subject_ids: references, main_department_id: reference },
  read: (fields, check) => ({
    ...toPerson(fields, check),
    subjectIds: fields.faculty_subject_ids,
    mainDepartmentId: fields.main_department_id,
  }),
  refersTo: { faculty_subject_ids: 'op.subject' },
  service: 'faculty',
  sweep: 'teachers',
  ripples: ripplesOfPerson('faculty', 'teaching', [
    ...fieldsOfPlace,
    'faculty_subject_ids',
    'main_department_id',
  ]),
  moved: [{ push: 'teaching' }],
  odoo: {
    ...personInOdoo,
    withoutField: {
      ...personInOdoo.withoutField,
      faculty_subject_ids: 'Teachers are enrolled by the timetable only.',
      main_department_id: 'Teachers belong to no department.',
    },
  },
  headings: {
    'subject(s)': 'faculty_subject_ids',
    subjects: 'faculty_subject_ids',
    'allowed departments': 'allowed_department_ids',
  },
});

export type Faculty = RecordOfModel<typeof faculty>;
