import { char, type Field } from '../orm/field.ts';
import { type Model, Models } from '../orm/model.ts';
import type { OdooSettings, OptionalModule } from '../settings.ts';
import { attendanceModels } from './attendance.ts';
import { baseModels } from './base.ts';
import { coreModels } from './core.ts';
import { examModels } from './exam.ts';
import { timetableModels } from './timetable.ts';

const optional: Readonly<Record<OptionalModule, readonly Model[]>> = {
  openeducat_timetable: timetableModels,
  openeducat_attendance: attendanceModels,
  openeducat_exam: examModels,
};

/** Fields that came with a later Odoo, by version. */
const notYet: Partial<Record<OdooSettings['version'], Readonly<Record<string, readonly string[]>>>> = {
  '16.0': { 'res.users.apikeys': ['expiration_date'] },
  '17.0': { 'res.users.apikeys': ['expiration_date'] },
};

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
  const without = [...(settings.withoutFields[name] ?? []), ...(notYet[settings.version]?.[name] ?? [])];
  const kept = Object.entries(fields).filter(
    ([field, { relation }]) => !without.includes(field) && (relation === undefined || models.has(relation)),
  );
  const extra = (settings.extraFields[name] ?? []).map((field) => [field, char(field)] as const);
  return Object.fromEntries([...kept, ...extra]);
}
