import type { Environment } from './environment.ts';

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

/**
 * A value as it is stored: null for NULL, a datetime as milliseconds since 1970 with a fraction (Odoo stores
 * microseconds and shows seconds), a many2one as an id, an x2many as ids.
 */
export type Stored = null | string | number | boolean | readonly number[];
export type Row = { readonly id: number; readonly [field: string]: Stored };

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
  default?: (environment: Environment) => Stored;
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

export const active: Field = boolean('Active', { default: () => true });

/** Whether a field has a column of its own. */
export function isStored({ type, related }: Field): boolean {
  return type !== 'one2many' && related === undefined;
}
