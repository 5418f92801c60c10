/** What an entity can be in Moodle: the kinds that have an id and an idnumber of their own there. */
export const moodleKinds = ['category', 'course', 'group', 'account'] as const;
export type MoodleKind = (typeof moodleKinds)[number];

/**
 * What records become in Moodle, in the order in which one depends on the other. `model`: whose ids the work units of the
 * service hold; enrolments are kept per student, teaching per teacher. `kind`: what its entities are in Moodle, where they
 * are of such a kind.
 */
const services = {
  departments: { model: 'op.department', kind: 'category' },
  programs: { model: 'op.course', kind: 'category' },
  subjects: { model: 'op.subject', kind: 'course' },
  batches: { model: 'op.batch', kind: 'group' },
  students: { model: 'op.student', kind: 'account' },
  faculty: { model: 'op.faculty', kind: 'account' },
  enrolments: { model: 'op.student' },
  teaching: { model: 'op.faculty' },
  attendance: { model: 'op.attendance.sheet' },
} as const satisfies Record<string, { model: string; kind?: MoodleKind }>;

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services) as [ServiceName, ...ServiceName[]];

/** The model whose ids a service's work units hold. */
export const serviceModels = mapped('model') as { [Name in ServiceName]: (typeof services)[Name]['model'] };

/** The services whose entities are of a kind of their own in Moodle, and of which. */
export const kindOfService = mapped('kind') as {
  [Name in ServiceName as (typeof services)[Name] extends { kind: MoodleKind } ? Name : never]: MoodleKind;
};

/** The services whose work units name records of a model, parents before children. */
export function servicesOver(model: string): ServiceName[] {
  return serviceNames.filter((name) => serviceModels[name] === model);
}

/** What looks through all records once an hour, by the part that it looks through (docs/operations.md). */
export type SweepName = 'structure' | 'students' | 'teachers' | 'attendance';

function mapped(key: 'model' | 'kind'): object {
  const all: [string, { model: string; kind?: MoodleKind }][] = Object.entries(services);
  return Object.fromEntries(all.flatMap(([name, service]) => (service[key] ? [[name, service[key]]] : [])));
}
