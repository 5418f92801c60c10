import { char, type Environment, type Field, integer, type Model } from './model.ts';

/** What Odoo says about a model's fields. @param attributes which of them; all where it is empty */
export function fieldsGet(
  model: Model,
  names: readonly string[],
  attributes: readonly string[],
  env: Environment,
): Record<string, Record<string, unknown>> {
  const all: Record<string, Field> = {
    id: integer('ID', { readonly: true }),
    display_name: char('Display Name', { readonly: true }),
    ...env.models.fieldsOf(model),
  };
  const wanted = Object.entries(all).filter(([name]) => names.length === 0 || names.includes(name));
  return Object.fromEntries(wanted.map(([name, field]) => [name, described(name, field, attributes)]));
}

function described(name: string, field: Field, attributes: readonly string[]): Record<string, unknown> {
  const {
    type,
    label,
    required = false,
    readonly = false,
    relation,
    inverse,
    selection,
    size,
    related,
  } = field;
  const all: Record<string, unknown> = {
    name,
    type,
    string: label,
    required,
    readonly: readonly || related !== undefined,
    store: type !== 'one2many' && name !== 'display_name',
    searchable: true,
    sortable: type !== 'one2many' && type !== 'many2many',
    ...(relation && { relation }),
    ...(inverse && { relation_field: inverse }),
    ...(selection && { selection: Object.entries(selection) }),
    ...(type === 'char' && size !== undefined && { size }),
  };
  const shown = Object.entries(all).filter(([key]) => attributes.length === 0 || attributes.includes(key));
  return Object.fromEntries(shown);
}
