import { active, char, datetime, type Model, many2one, selection } from '../orm/model.ts';

/** The only company there is. */
export const companyId = 1;

/** The id of the user whose key it is; 1 is Odoo's own. */
export const userId = 2;

/** Odoo's own models, as far as OpenEduCat's refer to them. */
export const baseModels: readonly Model[] = [
  {
    name: 'res.company',
    label: 'Companies',
    fields: { name: char('Company Name', { required: true }) },
  },
  {
    name: 'res.users',
    label: 'User',
    fields: {
      name: char('Name', { required: true }),
      login: char('Login', { required: true }),
      partner_id: many2one('Related Partner', 'res.partner'),
      active,
    },
    unique: [{ fields: ['login'], message: 'You can not have two users with the same login!' }],
  },
  {
    name: 'res.users.apikeys',
    label: 'Users API Keys',
    fields: {
      name: char('Description', { required: true }),
      user_id: many2one('User', 'res.users', { required: true }),
      scope: char('Scope'),
      expiration_date: datetime('Expiration Date'),
    },
  },
  {
    name: 'res.lang',
    label: 'Languages',
    fields: { name: char('Name', { required: true }), code: char('Locale Code', { required: true }), active },
    unique: [{ fields: ['code'], message: 'The code of the language must be unique!' }],
  },
  {
    name: 'res.partner',
    label: 'Contact',
    fields: {
      name: char('Name', { required: true }),
      email: char('Email'),
      phone: char('Phone'),
      mobile: char('Mobile'),
      street: char('Street'),
      city: char('City'),
      zip: char('Zip'),
      type: selection('Address Type', { contact: 'Contact', other: 'Other' }, { default: 'contact' }),
      company_id: many2one('Company', 'res.company'),
      active,
    },
  },
];
