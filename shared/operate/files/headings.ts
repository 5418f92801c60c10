import { modelOf, type PushedModel } from '#shared/models/models.ts';

/** What Odoo calls its own field in its export. */
const odooHeadings: Record<string, string> = {
  'last updated on': 'write_date',
  'last modified on': 'write_date',
};

/** The fields of a model by their names and their English headings, in lower case. */
export function headingsOf(model: PushedModel): Map<string, string> {
  const { fields: read, headings } = modelOf(model);
  const fields = Object.keys(read);
  return new Map([
    ...fields.map((field) => [odooHeading(field), field] as const),
    ...Object.entries({ ...odooHeadings, ...headings }),
    ...fields.map((field) => [field, field] as const),
  ]);
}

/** What Odoo makes of a field's name where the model gives it no heading: `main_department_id` is "Main Department". */
function odooHeading(field: string): string {
  return field.replace(/_ids?$/, '').replaceAll('_', ' ');
}
