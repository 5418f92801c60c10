import type { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { blankUser } from '#local/moodle/state/install-site.ts';
import type { User } from '#local/moodle/state/records.ts';
import { createCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses } from '#shared/moodle/functions/courses.ts';
import { createGroups } from '#shared/moodle/functions/groups.ts';
import type { Item } from '#shared/store/documents.ts';
import { batch, department, enrolment, faculty, program, type Site, student, subject } from '../kit.ts';

/** What the matching must come to: certain (with the account), ambiguous, conflict, or nothing like it in Moodle. */
export interface Truth {
  verdict: 'certain' | 'ambiguous' | 'conflict' | 'only_in_oec';
  /** The account, course, category or group that it is in truth; what is ambiguous may have one as well. */
  moodleId?: number | undefined;
}

/** A university's records, a Moodle that has lived for years, and what of the one is what of the other. */
export interface OldMoodle {
  records: Item[];
  /** By the key of the mapping. */
  truth: Map<string, Truth>;
  /** Accounts of people who have left. */
  strangers: number[];
}

const givenNames = ['Ana', 'Ben', 'Chloé', 'Dilip', 'Ewa', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jürgen'];

/** A surname of its own for everybody, in letters. */
function surname(number: number): string {
  const letters = 'bcdfghklmn';
  return `S${[...String(number)].map((digit) => `${letters[Number(digit)]}a`).join('')}`;
}

/** Builds people: each is a record, an account, or both. */
class People {
  readonly records: Item[] = [];
  readonly truth = new Map<string, Truth>();
  readonly strangers: number[] = [];
  readonly #moodle: SimulatedMoodle;
  #id = 0;

  constructor(moodle: SimulatedMoodle) {
    this.#moodle = moodle;
  }

  nextId(): number {
    this.#id += 1;
    return this.#id;
  }

  account(fields: Partial<User>): number {
    const number = this.#moodle.siteState.users.size;
    const user = { ...blankUser(), username: `old${number}`, ...fields };
    return this.#moodle.siteState.users.insert(user).id;
  }

  student(id: number, fields: Record<string, unknown>, truth: Truth): void {
    this.records.push(student(id, fields));
    this.truth.set(`oec_student_${id}`, truth);
  }
}

interface Person {
  first_name: string;
  last_name: string;
  email: string;
}

function personOf(id: number): Person {
  const first = givenNames[id % givenNames.length]!;
  return { first_name: first, last_name: surname(id), email: `person${id}@example.org` };
}

function accountOf({ first_name, last_name, email }: Person): Partial<User> {
  return { firstname: first_name, lastname: last_name, email };
}

/** Makes 300 accounts of earlier years, and the records of a university of today. */
function makePeople(moodle: SimulatedMoodle): People {
  const people = new People(moodle);
  const each = (count: number, make: (id: number) => void) => {
    for (let made = 0; made < count; made += 1) make(people.nextId());
  };
  // As they were, with numbers of another system, some of which are others' registration numbers today.
  each(118, (id) => {
    const person = personOf(id);
    const email = id % 3 === 0 ? person.email.toUpperCase() : person.email;
    const idnumber = id % 6 === 0 ? `GR-${id + 1}` : `SIS-${9000 + id}`;
    const moodleId = people.account({
      ...accountOf({ ...person, email }),
      idnumber,
      suspended: id % 20 === 0,
    });
    people.student(id, { ...person }, { verdict: 'certain', moodleId });
  });
  // Married since.
  each(40, (id) => {
    const person = personOf(id);
    const moodleId = people.account({ ...accountOf(person), lastname: `Old${surname(id)}` });
    people.student(id, { ...person }, { verdict: 'certain', moodleId });
  });
  // With another address, known by the registration number.
  each(30, (id) => {
    const person = personOf(id);
    const moodleId = people.account({
      ...accountOf(person),
      email: `private${id}@example.com`,
      idnumber: `gr-${id}`,
    });
    people.student(id, { ...person }, { verdict: 'certain', moodleId });
  });
  // Two of a family with one address, both of them here and there.
  each(10, (id) => {
    const sibling = people.nextId();
    for (const [own, name] of [
      [id, 'Lea'],
      [sibling, 'Max'],
    ] as const) {
      const person = { first_name: name, last_name: surname(id), email: `family${id}@example.org` };
      const moodleId = people.account(accountOf(person));
      people.student(own, { ...person }, { verdict: 'certain', moodleId });
    }
  });
  // The account is that of an elder one of the family, who has left.
  each(10, (id) => {
    const person = { ...personOf(id), first_name: 'Younger' };
    people.strangers.push(people.account({ ...accountOf(person), firstname: 'Elder' }));
    people.student(id, { ...person }, { verdict: 'ambiguous' });
  });
  // Another address and nothing but the name in common: half of them are the same people.
  each(20, (id) => {
    const person = personOf(id);
    const account = people.account({ ...accountOf(person), email: `other${id}@example.com` });
    const isSame = id % 2 === 0;
    if (!isSame) people.strangers.push(account);
    people.student(id, { ...person }, { verdict: 'ambiguous', ...(isSame && { moodleId: account }) });
  });
  // Somebody else's number of the earlier system is the registration number, and nothing more.
  each(8, (id) => {
    people.strangers.push(people.account({ ...accountOf(personOf(id + 1000)), idnumber: `GR-${id}` }));
    people.student(id, { ...personOf(id) }, { verdict: 'ambiguous' });
  });
  // Two accounts of one person with one address.
  each(7, (id) => {
    const person = personOf(id);
    const moodleId = people.account(accountOf(person));
    people.account(accountOf(person));
    people.student(id, { ...person }, { verdict: 'ambiguous', moodleId });
  });
  // Teaches as well, with the same address.
  each(5, (id) => {
    const person = personOf(id);
    const moodleId = people.account(accountOf(person));
    people.student(id, { ...person }, { verdict: 'ambiguous', moodleId });
    people.records.push(faculty(id, { ...person }));
    people.truth.set(`oec_faculty_${id}`, { verdict: 'ambiguous', moodleId });
  });
  each(5, (id) => {
    const person = personOf(id);
    const moodleId = people.account({ ...accountOf(person), idnumber: 'STAFF' });
    people.records.push(faculty(id, { ...person }));
    people.truth.set(`oec_faculty_${id}`, { verdict: 'certain', moodleId });
  });
  // Left long ago.
  each(300 - (moodle.siteState.users.size - 3), (id) => {
    people.strangers.push(people.account({ ...accountOf(personOf(id)), idnumber: `SIS-${id}` }));
  });
  // Deleted: Moodle answers such an account by its id.
  each(3, (id) => {
    const person = personOf(id);
    people.account({
      ...accountOf(person),
      email: 'd41d8cd98f00b204e9800998ecf8427e',
      username: `x.172000000${id}`,
    });
    people.student(id, { ...person }, { verdict: 'only_in_oec' });
  });
  each(12, (id) => people.student(id, { ...personOf(id) }, { verdict: 'only_in_oec' }));
  // Claims the administrator's address.
  each(1, (id) =>
    people.student(id, { ...personOf(id), email: 'admin@moodle.invalid' }, { verdict: 'conflict' }),
  );
  return people;
}

/** Departments, programs, subjects and batches beside old categories, courses and groups. */
async function makeStructure({ client }: Site): Promise<{ records: Item[]; truth: Map<string, Truth> }> {
  const [science, chemistry, misc] = await createCategories(client, [
    { name: 'SCIENCE', idnumber: 'old-sci' },
    { name: 'Chemistry' },
    { name: 'Old courses' },
  ]);
  const [physics] = await createCategories(client, [{ name: 'Physics', parent: science!.id }]);
  const at = (categoryid: number, fullname: string, shortname: string, idnumber = '') => ({
    fullname,
    shortname,
    idnumber,
    categoryid,
  });
  const [mechanics, optics, , organic, renamed] = await createCourses(client, [
    at(misc!.id, 'Mechanics', 'MEC_PHY', 'SIS-C1'),
    at(physics!.id, 'Optics', 'optics-2019'),
    at(misc!.id, 'Mathematics', 'MAT'),
    at(chemistry!.id, 'Organic Chemistry', 'ORG_CHE'),
    at(misc!.id, 'Poetry', 'ACO_PHY'),
    at(misc!.id, 'Pottery', 'POT'),
  ]);
  const [ofMechanics, ofOptics] = await createGroups(client, [
    { courseid: mechanics!.id, name: 'Physics 2026', description: 'kept' },
    { courseid: optics!.id, name: 'Group A', description: '', idnumber: 'PH26' },
    { courseid: optics!.id, name: 'Visitors', description: '' },
  ]);
  const records = [
    department(1, { name: 'Science', code: 'SCI' }),
    department(2, { name: 'Arts', code: 'ART' }),
    program(1, { name: 'Physics', code: 'PHY', department_id: 1, subject_ids: [1, 2, 3, 5] }),
    program(2, { name: 'Chemistry', code: 'CHE', department_id: 1, subject_ids: [3, 4] }),
    program(3, { name: 'History', code: 'HIS', department_id: 2, subject_ids: [] }),
    subject(1, { name: 'Mechanics', code: 'MEC' }),
    subject(2, { name: 'Optics', code: 'OPT' }),
    subject(3, { name: 'Mathematics', code: 'MAT' }),
    subject(4, { name: 'Organic Chemistry', code: 'ORG' }),
    subject(5, { name: 'Acoustics', code: 'ACO' }),
    batch(1, 1, { name: 'Physics 2026', code: 'PH26' }),
  ];
  const truth = new Map<string, Truth>([
    ['oec_dept_1', { verdict: 'certain', moodleId: science!.id }],
    ['oec_dept_2', { verdict: 'only_in_oec' }],
    ['oec_course_1', { verdict: 'certain', moodleId: physics!.id }],
    ['oec_course_2', { verdict: 'ambiguous', moodleId: chemistry!.id }],
    ['oec_course_3', { verdict: 'only_in_oec' }],
    ['oec_subj_1_course_1', { verdict: 'certain', moodleId: mechanics!.id }],
    ['oec_subj_2_course_1', { verdict: 'certain', moodleId: optics!.id }],
    ['oec_subj_3_course_1', { verdict: 'ambiguous' }],
    ['oec_subj_3_course_2', { verdict: 'ambiguous' }],
    ['oec_subj_4_course_2', { verdict: 'certain', moodleId: organic!.id }],
    ['oec_subj_5_course_1', { verdict: 'ambiguous', moodleId: renamed!.id }],
    ['oec_batch_1@oec_subj_1_course_1', { verdict: 'certain', moodleId: ofMechanics!.id }],
    ['oec_batch_1@oec_subj_2_course_1', { verdict: 'certain', moodleId: ofOptics!.id }],
  ]);
  return { records, truth };
}

/** Fills a freshly installed Moodle with earlier years. */
export async function makeOldMoodle(site: Site): Promise<OldMoodle> {
  const structure = await makeStructure(site);
  const { records, truth, strangers } = makePeople(site.moodle);
  return {
    records: [...structure.records, ...records, enrolment(1, 1, 1, 1), enrolment(2, 2, 1, 1)],
    truth: new Map([...structure.truth, ...truth]),
    strangers,
  };
}
