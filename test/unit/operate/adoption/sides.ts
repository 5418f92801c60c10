import type { Desired, Observed } from '#shared/operate/adoption/kinds.ts';

/** A student of the ERP, as adoption sees one. */
export function person(
  id: number,
  fields: { firstname: string; lastname: string; email: string },
  { keys = [], ...desired }: Partial<Desired<'account'>> = {},
): Desired<'account'> {
  const idnumber = `oec_student_${id}`;
  const source = { model: 'op.student', id: String(id) } as const;
  const payload = { middlename: '', phone1: '', suspended: false, ...fields };
  return {
    kind: 'account',
    service: 'students',
    source,
    idnumber,
    moodleIdnumber: idnumber,
    label: `${fields.firstname} ${fields.lastname}`,
    detail: fields.email,
    keys,
    fields: { ...payload, username: fields.email, idnumber },
    payload,
    isActive: true,
    mapping: undefined,
    ...desired,
  };
}

/** An account of Moodle's, as adoption sees one. */
export function account(
  id: number,
  fields: { firstname: string; lastname: string; email: string; username?: string },
  observed: Partial<Observed> = {},
): Observed {
  const { firstname, lastname, email, username = `user${id}` } = fields;
  return {
    kind: 'account',
    id,
    idnumber: '',
    label: `${firstname} ${lastname}`,
    detail: email,
    fields: { firstname, lastname, email, username, suspended: false },
    isProtected: false,
    ...observed,
  };
}
