import * as z from 'zod';
import { timeZone } from '#shared/models/fields/school-day.ts';
import type { Ripple } from '#shared/models/model.ts';
import { isCohortService, type ServiceName } from '#shared/models/services.ts';
import { templateFor } from '#shared/moodle/conventions/named-records.ts';
import { type CustomField, ownedCustomField, profileSchema } from '#shared/moodle/conventions/profile.ts';
import { fieldsIn, givesDate, template } from '#shared/moodle/conventions/template.ts';

/** Who owns a field of an entity: the ERP at every push, the ERP at creation only, or Moodle. */
export const fieldOwner = z.enum(['erp', 'create', 'moodle']);
export type FieldOwner = z.infer<typeof fieldOwner>;

/**
 * The fields of which an instance may choose whose they are, and what is done where somebody has changed one in Moodle by
 * hand, with the defaults. `repair` writes what the ERP says, `keep` leaves it until the ERP changes it; both are reported.
 * Fields that are not the ERP's are nobody's business.
 */
const fields = {
  'category.name': { owner: 'erp', byHand: 'repair' },
  'category.parent': { owner: 'erp', byHand: 'keep' },
  'course.fullname': { owner: 'erp', byHand: 'repair' },
  'course.shortname': { owner: 'erp', byHand: 'repair' },
  // Teachers tell their students there what a course is about.
  'course.summary': { owner: 'create', byHand: 'keep' },
  'course.category': { owner: 'erp', byHand: 'keep' },
  'course.visible': { owner: 'erp', byHand: 'keep' },
  'course.startdate': { owner: 'erp', byHand: 'keep' },
  'course.enddate': { owner: 'erp', byHand: 'keep' },
  'group.name': { owner: 'erp', byHand: 'repair' },
  // Moodle's own way is one that stays: who signs in by it would have to be told.
  'user.username': { owner: 'create', byHand: 'repair' },
  'user.idnumber': { owner: 'erp', byHand: 'repair' },
  'user.firstname': { owner: 'erp', byHand: 'repair' },
  'user.lastname': { owner: 'erp', byHand: 'repair' },
  'user.middlename': { owner: 'erp', byHand: 'repair' },
  'user.email': { owner: 'erp', byHand: 'repair' },
  // Teaching needs no phone number: it is sent only where a university asks for it.
  'user.phone1': { owner: 'moodle', byHand: 'repair' },
  'user.suspended': { owner: 'erp', byHand: 'keep' },
  // Only where the instance has a template for it.
  'user.institution': { owner: 'erp', byHand: 'repair' },
  'user.department': { owner: 'erp', byHand: 'repair' },
  'user.address': { owner: 'erp', byHand: 'repair' },
  'user.city': { owner: 'erp', byHand: 'repair' },
  'user.country': { owner: 'erp', byHand: 'repair' },
  // People choose it themselves.
  'user.lang': { owner: 'erp', byHand: 'keep' },
  'user.timezone': { owner: 'erp', byHand: 'keep' },
  'user.phone2': { owner: 'erp', byHand: 'repair' },
} as const satisfies Record<string, { owner: FieldOwner; byHand: 'repair' | 'keep' }>;

type NamedField = keyof typeof fields;
export type OwnedField = NamedField | `user.${CustomField}`;
const ownedFieldNames = Object.keys(fields) as [NamedField, ...NamedField[]];

/** A field that a site has added: what Moodle makes of a value (a text that is cut, a choice) is not written for ever. */
const customDefaults = { owner: 'erp', byHand: 'keep' } as const;

/** Whose each field is where the instance does not say. */
export const ownedFields = defaultsOf('owner');

/** What is done about each change by hand where the instance does not say. */
export const handChanges = {
  ...defaultsOf('byHand'),
  /** An enrolment that was suspended, or resumed after its end. */
  'enrolment.suspended': 'keep',
  /** Another role than the record gives. */
  'enrolment.role': 'keep',
} as const;

function defaultsOf<Part extends 'owner' | 'byHand'>(part: Part) {
  const defaults = ownedFieldNames.map((name) => [name, fields[name][part]]);
  return Object.fromEntries(defaults) as Record<NamedField, (typeof fields)[NamedField][Part]>;
}

type NamedChange = keyof typeof handChanges;
export type HandChange = NamedChange | `user.${CustomField}`;
const handChangeNames = Object.keys(handChanges) as [NamedChange, ...NamedChange[]];

/** A text that tells people apart: it names a field that each of them has. */
const personTemplate = (noun: 'student' | 'teacher') =>
  template({ roots: [noun, 'person'] }).refine(
    (text) => fieldsIn(text).some(({ isOptional }) => !isOptional),
    {
      error: `it has to hold a field that each has, such as {${noun}.email}, or all would be named alike`,
    },
  );
const peopleTemplates = z
  .object({ students: personTemplate('student').optional(), teachers: personTemplate('teacher').optional() })
  .prefault({});

const names = z.array(z.string()).default([]);

const shortname = z.string().min(1).max(255);
const shortnamesByCode = z.record(z.string().regex(/^[^=]+$/), shortname).default({});
const enrolmentDate = templateFor('enrolments').refine(
  givesDate,
  'it has to give a date, such as {batch.end_date} or {batch.end_date:yyyy}-09-30',
);

/** A Moodle that records are pushed to: one item of the MoodleInstances table. */
export const instanceSchema = z.looseObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, at most 40'),
  base_url: z.url({ protocol: /^https?$/ }),
  /** Name of the secret with the web service token. */
  secret_name: z.string().min(1).optional(),
  /** paused: changes wait; disabled: the instance is left out. */
  status: z.enum(['active', 'paused', 'disabled']).default('active'),
  /** The school's: which day a moment in Moodle is, and which moment a day of the ERP's, is told by it. */
  time_zone: timeZone.default('UTC'),
  /** Departments (with their subtree) and companies whose records go here; empty means all. */
  scope: z.object({ departments: names, companies: names }).prefault({}),
  /** How an account is made. `password` counts only for Moodle's own logins: mailed by Moodle, or random and mailed to nobody. */
  new_accounts: z
    .object({
      auth: z.string().min(1).default('manual'),
      password: z.enum(['mailed', 'random']).default('mailed'),
    })
    .prefault({}),
  /**
   * Whether people with one e-mail address and other names, such as siblings, get an account each: only where Moodle
   * allows accounts with the same address.
   */
  shared_emails: z.enum(['refused', 'allowed']).default('refused'),
  /** Usernames where they are not made of the e-mail address; existing accounts follow where `user.username` is the ERP's. */
  usernames: peopleTemplates,
  /** ID numbers of accounts where they are not `oec_student_26`, by which the mappings know them in either case. */
  id_numbers: peopleTemplates,
  /** Moodle's role ids; the defaults are those of a fresh site. */
  role_ids: z
    .object({
      student: z.number().int().default(5),
      teacher: z.number().int().default(3),
      /** Of parents, in the user contexts of their children's accounts; without one parents are none of the instance's. */
      parent: z.number().int().positive().optional(),
    })
    .prefault({}),
  /** Moodle ids of the categories under which departments, and programs without a department, are put; 0 is the top. */
  category_ids: z
    .object({ departments: z.number().int().default(0), programs: z.number().int().default(0) })
    .prefault({}),
  /**
   * For whom a subject has a course of its own. Undefined is `program`, and tells besides that it was never set: nothing is
   * looked up for the batches that have begun otherwise (shared/moodle/structure/course-periods.ts).
   */
  course_per: z.enum(['program', 'batch', 'term']).optional(),
  /** When the courses of a batch or term are made, and when students see them, before the day on which it begins. */
  courses: z
    .object({
      made_weeks_before: z.number().int().min(0).default(4),
      shown_days_before: z.number().int().min(0).default(0),
    })
    .prefault({}),
  /** Short name of the Moodle course whose content new courses begin with. */
  course_template: shortname.optional(),
  /** The same for the courses of some programs or subjects, by their code; a subject's goes before its program's. */
  course_templates: z.object({ programs: shortnamesByCode, subjects: shortnamesByCode }).prefault({}),
  /** How courses are made, in Moodle's words; what is left out is as the site's own defaults for new courses have it. */
  new_courses: z
    .object({
      format: z
        .string()
        .regex(/^[a-z][a-z0-9_]*$/, 'the name of a course format, such as topics or weeks')
        .optional(),
      numsections: z.number().int().min(0).max(100).optional(),
      lang: z
        .string()
        .regex(/^[a-z]{2,3}(_[a-z0-9]+)*$/, "the code of a language pack of the site's, such as en or pt_br")
        .optional(),
      groupmode: z.enum(['none', 'separate', 'visible']).optional(),
      enablecompletion: z.boolean().optional(),
    })
    .prefault({}),
  /** What things are called in Moodle, from fields of the records; a batch's name and a subject's need not be unique. */
  names: z
    .object({
      course_fullname: templateFor('subjects').default('{subject.name}'),
      course_shortname: templateFor('subjects', [
        ['subject.code', 'subject.id'],
        ['program.code', 'program.id'],
      ]).default('{subject.code}_{program.code}'),
      course_summary: templateFor('subjects').optional(),
      group: templateFor('batches', [['batch.code', 'batch.id']]).default('{batch.name} ({batch.code})'),
      department_category: templateFor('departments').default('{department.name}'),
      program_category: templateFor('programs').default('{program.name}'),
    })
    .prefault({}),
  /** What a teacher is, such as `{teacher.x_position}`, and Moodle's role ids by it; of all others `role_ids.teacher`. */
  teacher_role_by: templateFor('teaching').optional(),
  teacher_roles: z.record(z.string().regex(/^[^=]+$/), z.number().int()).default({}),
  /** The first and the last day on which students are let into their courses; always, unless given. */
  enrolment_period: z.object({ start: enrolmentDate.optional(), end: enrolmentDate.optional() }).prefault({}),
  /** What happens to an enrolment that ends. Unenrolling hides the grades in Moodle, suspending keeps them. */
  on_finish: z.enum(['suspend', 'unenrol']).default('suspend'),
  /** What accounts tell of somebody besides name and address: a template for each field; none is sent without one. */
  profile: profileSchema.default({}),
  /** Of what Moodle has a cohort each, with the students who study in it: of batches, programs, both or nothing. */
  cohorts: z.enum(['none', 'batches', 'programs', 'both']).default('none'),
  field_ownership: z
    .partialRecord(z.union([z.enum(ownedFieldNames), ownedCustomField]), fieldOwner)
    .default({}),
  /** What is done about what somebody has changed in Moodle by hand. */
  hand_changes: z
    .partialRecord(z.union([z.enum(handChangeNames), ownedCustomField]), z.enum(['keep', 'repair']))
    .default({}),
  /** How much may be suspended, unenrolled or hidden in an hour, per service, before the operator is asked. */
  brake: z
    .object({ share: z.number().min(0).max(1).default(0.1), minimum: z.number().int().min(0).default(20) })
    .prefault({}),
  /**
   * How many marks an exam from Moodle counts in the ERP: a number for every exam, or `moodle` for Moodle's highest grade,
   * rounded; otherwise as many as keep the decimals (shared/moodle/gradebook/marks.ts).
   */
  total_marks: z.union([z.literal('moodle'), z.number().int().positive()]).optional(),
  /** Whether feedback that teachers wrote is pulled with grades: it is personal. */
  pull_feedback: z.boolean().default(false),
  /** Where attendance is taken: in Moodle (pulled), in OpenEduCat (pushed), or in both: the last write wins. */
  sync_attendance_from: z.enum(['moodle', 'oec', 'both']).default('moodle'),
  /**
   * What a school's own statuses of attendance mean, by description or letter, or by id as `#35`; `none`: OpenEduCat has
   * no place for them. Most are known by their description and points.
   */
  attendance_statuses: z
    .object({ present: names, absent: names, late: names, excused: names, none: names })
    .prefault({}),
  /** Whether what Moodle says replaces what somebody has edited in the ERP since it was imported; else it is a conflict. */
  overwrite_erp_edits: z.boolean().default(false),
  /** Hours without a success after which the instance is stale (shared/moodle/health/staleness.ts says what counts as one). */
  stale_after_hours: z.number().positive().default(4),
});

export type Instance = z.infer<typeof instanceSchema> & {
  /** Moodle's release as the last check found it, or the last that was answered; no setting of the operator's. */
  release?: string | undefined;
};

/** Whether courses have a time of their own, or had once, so that some may still. */
export function haveCoursesTime({ course_per }: Pick<Instance, 'course_per'>): boolean {
  return course_per !== undefined;
}

/** Whether attendance that the ERP takes is pushed to an instance. */
export function takesAttendanceFromErp(instance: Pick<Instance, 'sync_attendance_from'>): boolean {
  return instance.sync_attendance_from !== 'moodle';
}

/** The short names of all courses whose content new courses of an instance may begin with. */
export function courseTemplates({
  course_template,
  course_templates: { programs, subjects },
}: Pick<Instance, 'course_template' | 'course_templates'>): string[] {
  const named = [course_template, ...Object.values(programs), ...Object.values(subjects)];
  return [...new Set(named.filter((name) => name !== undefined))];
}

/** Whether records of a service go to an instance: attendance, parents and cohorts only where it asks for them. */
export function takesService(
  instance: Pick<Instance, 'sync_attendance_from' | 'role_ids'> & { cohorts?: Instance['cohorts'] },
  service: ServiceName,
): boolean {
  if (service === 'attendance') return takesAttendanceFromErp(instance);
  if (isCohortService(service)) {
    const asked = { none: [], batches: ['batch_cohorts'], programs: ['program_cohorts'] };
    const { cohorts = 'none' } = instance;
    return cohorts === 'both' || asked[cohorts].includes(service as never);
  }
  return takesParents(instance) || !(service === 'parents' || service === 'children');
}

/** Whether a change that a ripple leads to may mean something to an instance. */
export function takesRipple(
  instance: Parameters<typeof takesService>[0] & Pick<Instance, 'course_per'>,
  { push, isOfCourseTime }: Pick<Ripple, 'push' | 'isOfCourseTime'>,
): boolean {
  return takesService(instance, push) && (isOfCourseTime === undefined || haveCoursesTime(instance));
}

/** Whether an instance gives parents accounts, and a role over their children. */
export function takesParents({ role_ids }: Pick<Instance, 'role_ids'>): boolean {
  return role_ids.parent !== undefined;
}

/** Whether what somebody has changed in Moodle is written over, or left. */
export function isRepaired(instance: Pick<Instance, 'hand_changes'>, change: HandChange): boolean {
  const byDefault: Partial<Record<HandChange, 'repair' | 'keep'>> = handChanges;
  return (instance.hand_changes[change] ?? byDefault[change] ?? customDefaults.byHand) === 'repair';
}

/** The owner of a field in an instance. */
export function ownerOf(instance: Pick<Instance, 'field_ownership'>, field: OwnedField): FieldOwner {
  const byDefault: Partial<Record<OwnedField, FieldOwner>> = ownedFields;
  return instance.field_ownership[field] ?? byDefault[field] ?? customDefaults.owner;
}
