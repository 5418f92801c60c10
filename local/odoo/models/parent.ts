import { active, char, type Model, many2many, many2one } from '../orm/model.ts';

/**
 * openeducat_parent: parents, with the contact as their name. op.student has the other side of `student_ids`, by which a
 * link is made without a date of the parent's; here `student_ids` alone is kept.
 */
export const parentModels: readonly Model[] = [
  {
    name: 'op.parent.relationship',
    label: 'Relationships',
    fields: { name: char('Name', { required: true }) },
    unique: [{ fields: ['name'], message: 'Can not create relationship multiple times.!' }],
  },
  {
    name: 'op.parent',
    label: 'Parent',
    fields: {
      name: many2one('Name', 'res.partner', { required: true }),
      relationship_id: many2one('Relation with Student', 'op.parent.relationship', { required: true }),
      student_ids: many2many('Student(s)', 'op.student', { required: true }),
      mobile: char('Mobile'),
      email: char('Email'),
      user_id: many2one('User', 'res.users'),
      active,
    },
    unique: [{ fields: ['name'], message: 'Can not create parent multiple times.!' }],
  },
];
