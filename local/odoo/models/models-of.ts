import { char, type Field, type Model, Models } from '../orm/model.ts';
import { alongPath } from '../orm/reading.ts';
import { isOf2025, type Release } from '../release.ts';
import type { OdooSettings, OptionalModule } from '../settings.ts';
import { attendanceModels } from './attendance.ts';
import { baseModels } from './base.ts';
import { coreModels } from './core.ts';
import { examModels } from './exam.ts';
import { parentModels } from './parent.ts';
import { timetableModels } from './timetable.ts';

const optional: Readonly<Record<OptionalModule, readonly Model[]>> = {
  openeducat_timetable: timetableModels,
  openeducat_attendance: attendanceModels,
  openeducat_exam: examModels,
  openeducat_parent: parentModels,
};

/** Fields that came with a later Odoo or went with an earlier one, by release. */
const notThere: Partial<Record<Release, Readonly<Record<string, readonly string[]>>>> = {
  '16.0': { 'res.users.apikeys': ['expiration_date'] },
  '17.0': { 'res.users.apikeys': ['expiration_date'] },
  '19.0': { 'res.partner': ['mobile'] },
};

/** What OpenEduCat of 2025 has another way, by model and field. */
const of2025: Readonly<
  Record<string, Readonly<Record<string, { [Key in keyof Field]?: Field[Key] | undefined }>>>
> = {
  'op.course': { name: { isTranslated: true } },
  'op.student.course': { batch_id: { required: false } },
  'op.attendance.line': { present: { default: undefined } },
  'op.exam.attendees': { course_id: ofExam('course_id'), batch_id: ofExam('batch_id') },
};

/** Computed from the exam, whatever the caller sends. */
function ofExam(field: string): Pick<Field, 'compute'> {
  const value: NonNullable<Field['compute']>['value'] = (row, env) =>
    alongPath(row, env.models.get('op.exam.attendees'), ['exam_id', 'session_id', field], env);
  return { compute: { from: ['exam_id'], value } };
}

/** The models of a school: those of the modules it has, with the fields it has. */
export function modelsOf(settings: OdooSettings): Models {
  const without = new Set(settings.withoutModules);
  // Attendance is built on the timetable.
  if (without.has('openeducat_timetable')) without.add('openeducat_attendance');
  const installed = Object.entries(optional)
    .filter(([module]) => !without.has(module as OptionalModule))
    .flatMap(([, models]) => models);
  const all = [...baseModels, ...coreModels, ...installed];
  const names = new Set(all.map(({ name }) => name));
  return new Models(all.map((model) => ({ ...model, fields: fieldsOf(model, names, settings) })));
}

function fieldsOf(
  { name, fields }: Model,
  models: ReadonlySet<string>,
  settings: OdooSettings,
): Record<string, Field> {
  const without = [...(settings.withoutFields[name] ?? []), ...(notThere[settings.release]?.[name] ?? [])];
  const changes = isOf2025(settings.release) ? of2025[name] : undefined;
  const kept = Object.entries(fields)
    .filter(
      ([field, { relation }]) => !without.includes(field) && (relation === undefined || models.has(relation)),
    )
    .map(([field, definition]) => [field, { ...definition, ...changes?.[field] }] as const);
  const extra = (settings.extraFields[name] ?? []).map((field) => [field, char(field)] as const);
  return Object.fromEntries([...kept, ...extra]);
}
