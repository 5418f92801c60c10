import { userError } from '../odoo-exception.ts';
import { isOf2025, type Release } from '../release.ts';
import type { Environment } from './environment.ts';
import { datetime, type Field, many2one, type Row, type Stored } from './field.ts';

export type Operation = 'read' | 'create' | 'write' | 'unlink';

/** A rule of OpenEduCat's own (`@api.constrains`). */
export type Rule = {
  /** It is looked at when one of these is among the values. */
  fields: readonly string[];
  /** Further ones in OpenEduCat of 2025. */
  fieldsOf2025?: readonly string[];
  /** Whether its code takes one record and fails with several; `2024`: that of OpenEduCat of 2024. */
  isSingle?: boolean | 2024;
  /** @throws OdooException */
  check: (row: Row, environment: Environment) => void;
};

/** The fields whose values a rule looks at. */
export function fieldsOfRule({ fields, fieldsOf2025 = [] }: Rule, release: Release): readonly string[] {
  return isOf2025(release) ? [...fields, ...fieldsOf2025] : fields;
}

/** A unique index: NULL is equal to nothing. */
export type Unique = { fields: readonly string[]; message: string };

export type Model = {
  name: string;
  label: string;
  /** The field that names a record; `name` unless told. */
  recordName?: string;
  /** Odoo's order of a list; by id unless told. */
  order?: string;
  /** The model whose fields are its own too, on a record that comes with each of it. */
  delegate?: { model: string; through: string };
  fields: Readonly<Record<string, Field>>;
  unique?: readonly Unique[];
  rules?: readonly Rule[];
  /** What happens to values before a record is created. */
  beforeCreate?: (
    values: Readonly<Record<string, unknown>>,
    environment: Environment,
  ) => Record<string, Stored>;
  /** Whether a call can create one record only. */
  createsOne?: boolean;
  /** What its own `create` calls its argument; `vals_list`, as Odoo does, unless told. */
  createsWith?: string;
  /** The version in which a call creates its records one after the other, each with its own checks. */
  createsEachIn?: Release;
};

/** A field of a model: its own, or that of the record which comes with it. */
export type FoundField = { field: Field; through?: string; delegate?: Model };

/** Which Odoo adds to every model; no caller can set them. */
export const logFields: Readonly<Record<string, Field>> = {
  create_date: datetime('Created on', { readonly: true }),
  create_uid: many2one('Created by', 'res.users', { readonly: true }),
  write_date: datetime('Last Updated on', { readonly: true }),
  write_uid: many2one('Last Updated by', 'res.users', { readonly: true }),
};

/** The models of one Odoo by name. */
export class Models {
  readonly #models: ReadonlyMap<string, Model>;

  constructor(models: readonly Model[]) {
    this.#models = new Map(
      models.map((model) => [model.name, { ...model, fields: { ...model.fields, ...logFields } }]),
    );
  }

  all(): Model[] {
    return [...this.#models.values()];
  }

  has(name: string): boolean {
    return this.#models.has(name);
  }

  /** @throws OdooException when the Odoo has no such model */
  get(name: string): Model {
    const model = this.#models.get(name);
    if (!model) throw userError(`Object ${name} doesn't exist`);
    return model;
  }

  /** A field by name; undefined where the model has none of that name. */
  find(model: Model, name: string): FoundField | undefined {
    const own = model.fields[name];
    if (own) return { field: own };
    const delegate = model.delegate && this.get(model.delegate.model);
    const field = delegate?.fields[name];
    return field && { field, through: model.delegate!.through, delegate };
  }

  /** All fields with those of the record that comes along. */
  fieldsOf(model: Model): Record<string, Field> {
    return { ...(model.delegate && this.get(model.delegate.model).fields), ...model.fields };
  }
}
