import { active, recordId, referenceName, references, text } from './fields/fields.ts';
import { defineModel, type RecordOfModel, withoutActive } from './model.ts';
import { asName, checkedEmail, noLastName, ripplesOfPerson, storablePhone } from './person.ts';

/**
 * op.parent (openeducat_parent): an account that is given a role in the user contexts of the children's accounts, in an
 * instance that names such a role. It has neither company nor parts of a name: the last word counts as the last name, and
 * where it belongs its children say.
 */
export const parent = defineModel({
  name: 'op.parent',
  noun: 'parent',
  fields: {
    id: recordId,
    /** The contact; its name is the parent's. */
    name: referenceName,
    email: text,
    mobile: text,
    student_ids: references,
    active,
  },
  read: (fields, check) => {
    const words = fields.name?.split(/\s+/u) ?? [];
    const last = words.length > 1 ? words.pop() : undefined;
    return {
      id: fields.id,
      firstName: check.requiredValue('name', ...asName, words.join(' ') || undefined),
      middleName: undefined,
      lastName: check.acceptableText('name', ...asName, last ?? noLastName),
      email: checkedEmail(fields.email, check, 'on the parent in OpenEduCat.'),
      phone: storablePhone(fields.mobile),
      companyId: undefined,
      active: fields.active,
      studentIds: fields.student_ids,
    };
  },
  refersTo: { student_ids: 'op.student' },
  service: 'parents',
  sweep: 'students',
  ripples: ripplesOfPerson('parents', 'children', ['active', 'name', 'email', 'student_ids']),
  moved: [{ push: 'children' }],
  odoo: {
    contact: 'name',
    notCopied: ['mobile'],
    withoutModel: 'Parents get no accounts (module openeducat_parent).',
    withoutField: { ...withoutActive, mobile: 'Accounts of parents have no telephone number.' },
  },
  headings: { 'student(s)': 'student_ids', students: 'student_ids' },
});

export type Parent = RecordOfModel<typeof parent>;
