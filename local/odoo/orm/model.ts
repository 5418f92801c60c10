import { userError } from '../odoo-exception.ts';
import { isOf2025, type Release } from '../release.ts';
import type { OdooSettings } from '../settings.ts';
import type { Database, Row, Stored } from '../state/database.ts';

export type { Row, Stored };

export type FieldType =
  | 'char'
  | 'text'
  | 'integer'
  | 'float'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'selection'
  | 'many2one'
  | 'one2many'
  | 'many2many';

/** What happens to a record whose many2one names a record that is deleted. */
export type OnDelete = 'cascade' | 'restrict' | 'set null';

export type Field = {
  type: FieldType;
  label: string;
  required?: boolean;
  readonly?: boolean;
  /** The longest text of a char; longer ones are cut. */
  size?: number;
  /** Whether there is a text for each language: it cannot be read or written in one that is not active. */
  isTranslated?: boolean;
  /** Stored values with their labels. */
  selection?: Readonly<Record<string, string>>;
  /** The model that a many2one or x2many names. */
  relation?: string;
  /** The many2one of that model which makes up a one2many. */
  inverse?: string;
  onDelete?: OnDelete;
  default?: Stored | ((environment: Environment) => Stored);
  /** The value is that at the end of this path: `session_id.course_id`. */
  related?: string;
  /** The value is computed and stored when a record is created and when one of these is written. */
  compute?: { from: readonly string[]; value: (row: Row, environment: Environment) => Stored };
};

type Options = Omit<Field, 'type' | 'label'>;
const simple =
  (type: FieldType) =>
  (label: string, options: Options = {}): Field => ({ type, label, ...options });

export const char = simple('char');
export const text = simple('text');
export const integer = simple('integer');
export const float = simple('float');
export const boolean = simple('boolean');
export const date = simple('date');
export const datetime = simple('datetime');

export const selection = (label: string, values: Record<string, string>, options: Options = {}): Field => ({
  type: 'selection',
  label,
  selection: values,
  ...options,
});

export const many2one = (label: string, relation: string, options: Options = {}): Field => ({
  type: 'many2one',
  label,
  relation,
  // PostgreSQL cannot empty a required column: such a record keeps the other from being deleted.
  onDelete: options.required ? 'restrict' : 'set null',
  ...options,
});

export const many2many = (label: string, relation: string, options: Options = {}): Field => ({
  type: 'many2many',
  label,
  relation,
  ...options,
});

export const one2many = (label: string, relation: string, inverse: string): Field => ({
  type: 'one2many',
  label,
  relation,
  inverse,
});

export const active: Field = boolean('Active', { default: true });

/** Whether a field has a column of its own. */
export function isStored({ type, related }: Field): boolean {
  return type !== 'one2many' && related === undefined;
}

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

/** What the code of a model works with. */
export type Environment = {
  models: Models;
  database: Database;
  settings: OdooSettings;
  /** When the transaction began, in milliseconds since 1970: Odoo's `now()`. */
  now: number;
};

/** Today in UTC, as a date is stored. */
export function today({ now }: Environment): string {
  return new Date(now).toISOString().slice(0, 10);
}
