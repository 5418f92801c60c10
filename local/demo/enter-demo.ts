import { OdooException } from '#local/odoo/odoo-exception.ts';
import type { Registrar } from '#local/odoo/registrar/registrar.ts';
import type { RecordItem } from '#shared/models/records.ts';

/** Records as the registrar enters them: what a record refers to comes before it. */
const order = [
  'op.department',
  'op.subject',
  'op.course',
  'op.batch',
  'op.student',
  'op.faculty',
  'op.student.course',
  'op.session',
];

/** What the fields of the demo refer to. */
const relations: Readonly<Record<string, string>> = {
  department_id: 'op.department',
  main_department_id: 'op.department',
  allowed_department_ids: 'op.department',
  subject_id: 'op.subject',
  subject_ids: 'op.subject',
  faculty_subject_ids: 'op.subject',
  course_id: 'op.course',
  batch_id: 'op.batch',
  student_id: 'op.student',
  faculty_id: 'op.faculty',
};

/** Odoo gives these by itself, or the demo has nothing in them. */
const leftOut = new Set(['model', 'id', 'write_date', 'company_id', 'academic_years_id', 'academic_term_id']);

/** What Odoo's forms ask for and the demo does not tell. */
const asked: Readonly<Record<string, Record<string, unknown>>> = {
  'op.student': { birth_date: '2006-02-03', gender: 'o' },
  'op.faculty': { birth_date: '1980-04-05', gender: 'female' },
};

/** A demo university as it stands in an Odoo. */
export interface EnteredDemo {
  /** Odoo's id of each record that was saved, by `model#id` of the demo. */
  ids: ReadonlyMap<string, number>;
  /** What Odoo refused to save, and why. */
  refused: { model: string; id: string; reason: string }[];
}

/** Has the registrar enter a university by hand, so that Odoo gives ids, defaults and refusals of its own. */
export function enterDemo(registrar: Registrar, items: readonly RecordItem[]): EnteredDemo {
  const ids = new Map<string, number>();
  const refused: EnteredDemo['refused'] = [];
  for (const model of order) {
    for (const item of items.filter((each) => each.model === model)) {
      try {
        ids.set(`${model}#${item.id}`, registrar.create(model, valuesOf(item, ids, registrar)));
      } catch (error) {
        if (!(error instanceof OdooException)) throw error;
        refused.push({ model, id: item.id, reason: error.message });
      }
    }
  }
  return { ids, refused };
}

function valuesOf(
  item: RecordItem,
  ids: ReadonlyMap<string, number>,
  registrar: Registrar,
): Record<string, unknown> {
  const { model } = item;
  const fields = Object.entries(item).filter(
    ([name]) =>
      !leftOut.has(name) &&
      registrar.hasField(model, name) &&
      // OpenEduCat names a lecture by itself.
      !(model === 'op.session' && name === 'name'),
  );
  const values = fields.map(([name, value]) => {
    const target = name === 'parent_id' ? model : relations[name];
    return [name, target === undefined ? value : reference(value, target, ids)];
  });
  return { ...asked[model], ...Object.fromEntries(values) };
}

/** A many2one `[id, name]` as a bare id, a many2many as Odoo's command that replaces the list. */
function reference(value: unknown, model: string, ids: ReadonlyMap<string, number>): unknown {
  if (!Array.isArray(value)) return value;
  // What was never saved has no id: the registrar cannot choose it.
  const idOf = (id: unknown) => ids.get(`${model}#${id}`);
  if (typeof value[1] === 'string') return idOf(value[0]) ?? false;
  return [[6, 0, value.map(idOf).filter((id) => id !== undefined)]];
}
