import type { Ripple } from '#shared/models/model.ts';
import type { PushedModel } from '#shared/models/models.ts';
import { type ServiceName, serviceModels } from '#shared/models/services.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { isNamedBy, waysFrom } from './named-records.ts';
import { fieldsIn, modelsOfRoot } from './template.ts';

/** A template of an instance. */
export interface TemplateInUse {
  /** The setting that holds it. */
  setting: string;
  text: string;
  /** What it is for: the service, and the field of its entities. */
  service: ServiceName;
  field: string;
}

/** Asked for with each entity that is built, of which a sweep builds all. */
const known = new WeakMap<Instance, readonly TemplateInUse[]>();

/** All templates of an instance. */
export function templatesOf(instance: Instance): readonly TemplateInUse[] {
  const templates = known.get(instance) ?? listed(instance);
  known.set(instance, templates);
  return templates;
}

/** A setting that holds templates is listed here: what follows from it comes by itself. */
function listed({ names, usernames, id_numbers, profile, ...instance }: Instance): TemplateInUse[] {
  return [
    ...inUse('enrolment_period', instance.enrolment_period, {
      start: ['enrolments', 'timestart'],
      end: ['enrolments', 'timeend'],
    }),
    ...(instance.teacher_role_by === undefined
      ? []
      : [
          {
            setting: 'teacher_role_by',
            text: instance.teacher_role_by,
            ...({ service: 'teaching', field: 'roleid' } as const),
          },
        ]),
    ...inUse('names', names, {
      course_fullname: ['subjects', 'fullname'],
      course_shortname: ['subjects', 'shortname'],
      course_summary: ['subjects', 'summary'],
      group: ['batches', 'name'],
      department_category: ['departments', 'name'],
      program_category: ['programs', 'name'],
    }),
    ...inUse('usernames', usernames, {
      students: ['students', 'username'],
      teachers: ['faculty', 'username'],
    }),
    ...inUse('id_numbers', id_numbers, {
      students: ['students', 'idnumber'],
      teachers: ['faculty', 'idnumber'],
    }),
    // What names a student says nothing of teachers.
    ...Object.entries(profile).flatMap(([field, text = '']) =>
      (['students', 'faculty'] as const)
        .filter((service) => fieldsIn(text).every(({ root }) => isNamedBy(root, service)))
        .map((service) => ({ setting: `profile.${field}`, text, service, field })),
    ),
  ];
}

/** @param uses what the template under each key is for */
function inUse<Key extends string>(
  setting: string,
  templates: { [Each in Key]?: string | undefined },
  uses: Readonly<Record<Key, readonly [service: ServiceName, field: string]>>,
): TemplateInUse[] {
  return (Object.keys(uses) as Key[]).flatMap((key) => {
    const [service, field] = uses[key];
    const text = templates[key];
    return text === undefined ? [] : [{ setting: `${setting}.${key}`, text, service, field }];
  });
}

/** The fields that templates name, with the model of the record that has it: a person is a student where accounts of students are meant. */
function* fieldsNamed(instances: readonly Instance[]) {
  for (const { text, service } of instances.flatMap(templatesOf))
    for (const { root, field } of fieldsIn(text))
      for (const model of modelsOfRoot(root))
        if (root !== 'person' || model === serviceModels[service]) yield { model, root, field, service };
}

/** What is pushed besides after a change of a record, by its model: whatever a template names it for. */
export function ripplesOfTemplates(instances: readonly Instance[]): Map<PushedModel, Ripple[]> {
  const ripples = new Map<string, Ripple & { model: PushedModel }>();
  for (const { model, root, field, service: push } of fieldsNamed(instances))
    for (const way of waysFrom(root, push)) {
      const key = [model, push, way, field].join(' ');
      ripples.set(key, { model, push, ...(way !== '' && { way }), when: [field] });
    }
  return Map.groupBy(ripples.values(), ({ model }) => model);
}

/** The fields that templates of these instances name, by model. */
export function fieldsOfTemplates(instances: readonly Instance[]): Map<PushedModel, Set<string>> {
  const named = Map.groupBy(fieldsNamed(instances), ({ model }) => model);
  return new Map([...named].map(([model, all]) => [model, new Set(all.map(({ field }) => field))]));
}
