import type { User } from '../../state/records.ts';

/** First and last name, as Moodle shows them (not escaped). */
export function fullName(user: User): string {
  return `${user.firstname} ${user.lastname}`;
}

/** What Moodle tells of a user to somebody who may see everything; members that are empty are left out, as there. */
export function userAnswer(user: User, siteUrl: string): Record<string, unknown> {
  const filled = Object.fromEntries(
    Object.entries({
      address: user.address,
      phone1: user.phone1,
      phone2: user.phone2,
      department: user.department,
      institution: user.institution,
      idnumber: user.idnumber,
      city: user.city,
      country: user.country,
    }).filter(([, value]) => value !== ''),
  );
  return {
    id: user.id,
    username: user.username,
    firstname: user.firstname,
    lastname: user.lastname,
    fullname: fullName(user),
    email: user.email,
    ...filled,
    firstaccess: 0,
    lastaccess: 0,
    auth: user.auth,
    suspended: user.suspended,
    confirmed: true,
    lang: user.lang,
    theme: '',
    timezone: '99',
    mailformat: 1,
    description: user.description,
    descriptionformat: 1,
    profileimageurlsmall: `${siteUrl}/theme/image.php/boost/core/u/f2`,
    profileimageurl: `${siteUrl}/theme/image.php/boost/core/u/f1`,
  };
}
