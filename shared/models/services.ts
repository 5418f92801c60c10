/** What an operator may adopt of a Moodle that was there before the link. */
export const adoptedKinds = ['category', 'course', 'group', 'account'] as const;
export type AdoptedKind = (typeof adoptedKinds)[number];

/** What an entity can be in Moodle: the kinds that have an id and an idnumber of their own there. */
export const moodleKinds = [...adoptedKinds, 'cohort'] as const;
export type MoodleKind = (typeof moodleKinds)[number];

/**
 * What records become in Moodle, in the order in which one depends on the other. `model`: whose ids the work units of the
 * service hold; enrolments are kept per student, teaching per teacher, the
 * roles of parents per parent. `prefix`: how the idnumbers of its mappings begin.
 * `kind`: what its entities are in Moodle, where they are of such a kind.
 */
const services = {
  departments: { model: 'op.department', prefix: 'oec_dept_', kind: 'category' },
  programs: { model: 'op.course', prefix: 'oec_course_', kind: 'category' },
  subjects: { model: 'op.subject', prefix: 'oec_subj_', kind: 'course' },
  batches: { model: 'op.batch', prefix: 'oec_batch_', kind: 'group' },
  program_cohorts: { model: 'op.course', prefix: 'oec_course_', kind: 'cohort' },
  batch_cohorts: { model: 'op.batch', prefix: 'oec_batch_', kind: 'cohort' },
  students: { model: 'op.student', prefix: 'oec_student_', kind: 'account' },
  faculty: { model: 'op.faculty', prefix: 'oec_faculty_', kind: 'account' },
  parents: { model: 'op.parent', prefix: 'oec_parent_', kind: 'account' },
  enrolments: { model: 'op.student', prefix: 'oec_student_' },
  teaching: { model: 'op.faculty', prefix: 'oec_faculty_' },
  children: { model: 'op.parent', prefix: 'oec_parent_' },
  attendance: { model: 'op.attendance.sheet', prefix: 'oec_sheet_' },
} as const satisfies Record<string, { model: string; prefix: string; kind?: MoodleKind }>;

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services) as [ServiceName, ...ServiceName[]];

/** The model whose ids a service's work units hold. */
export const serviceModels = mapped('model') as { [Name in ServiceName]: (typeof services)[Name]['model'] };

/** How the idnumbers of a service's mappings begin. */
export const prefixes = mapped('prefix') as Record<ServiceName, string>;

/** The services whose entities are of a kind of their own in Moodle, and of which. */
export const kindOfService = mapped('kind') as {
  [Name in ServiceName as (typeof services)[Name] extends { kind: MoodleKind }
    ? Name
    : never]: (typeof services)[Name] extends { kind: infer Kind } ? Kind : never;
};

/** The services whose entities are of a kind. */
export type ServiceOfKind<Kind extends MoodleKind> = {
  [Name in ServiceName]: (typeof services)[Name] extends { kind: Kind } ? Name : never;
}[ServiceName];

/** The services whose entities are of one of these kinds, parents before children. */
export function servicesOfKind<Kind extends MoodleKind>(...kinds: Kind[]): ServiceOfKind<Kind>[] {
  const all = Object.entries(kindOfService) as [ServiceOfKind<Kind>, Kind][];
  return all.filter(([, kind]) => kinds.includes(kind)).map(([name]) => name);
}

/** Whether a service keeps cohorts. */
export function isCohortService(name: ServiceName): name is ServiceOfKind<'cohort'> {
  return servicesOfKind('cohort').includes(name as ServiceOfKind<'cohort'>);
}

/** The service of a cohort, by the idnumber of its mapping. */
export function cohortService(idnumber: string): ServiceOfKind<'cohort'> {
  return idnumber.startsWith(prefixes.batches) ? 'batch_cohorts' : 'program_cohorts';
}

/** The models whose records are entities of a kind of their own in Moodle. */
export type EntityModel = (typeof services)[ServiceOfKind<MoodleKind>]['model'];

/** The services whose work units name records of a model, parents before children. */
export function servicesOver(model: string): ServiceName[] {
  return serviceNames.filter((name) => serviceModels[name] === model);
}

/** What looks through all records once an hour, by the part that it looks through (docs/operations.md). */
export type SweepName = 'structure' | 'students' | 'teachers' | 'attendance';

function mapped(key: 'model' | 'prefix' | 'kind'): object {
  const all: [string, { model: string; prefix: string; kind?: MoodleKind }][] = Object.entries(services);
  return Object.fromEntries(all.flatMap(([name, service]) => (service[key] ? [[name, service[key]]] : [])));
}
