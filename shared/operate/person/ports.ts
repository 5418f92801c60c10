import type { Link, RecordItem } from '#shared/models/records.ts';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';

/** Any row of the MoodleMappings table: a mapping, or what a pull remembers. */
export type MappingRow = { readonly [name: string]: unknown };
export type RowKey = { instance: string; idnumber: string };
export type ItemKey = { model: string; id: string };

/** The tables, as far as a person's data are looked for and deleted. Everything is read as it is now. */
export interface PersonStore {
  /** Records of a model that name an id in a field, as a many2one does. */
  recordsNaming(model: string, field: string, id: string): Promise<RecordItem[]>;
  /** The links that lead to a target. */
  linksTo(target: string): Promise<Link[]>;
  /** Rows of an instance whose key begins so. */
  mappingRows(instance: string, prefix: string): Promise<MappingRow[]>;
  /** Rows of an instance whose key begins with the one, and ends with the other. */
  rowsEnding(instance: string, prefix: string, ending: string): Promise<MappingRow[]>;
  /** Rows of an instance that have a value at a path. */
  rowsHolding(instance: string, prefix: string, path: readonly string[]): Promise<MappingRow[]>;
  /** What is known of a model's imports, of all or of those whose id ends so; none without an ERP. */
  erpRows(model: string, ending?: string): Promise<ErpMapping[]>;
  /** The same of single records. */
  erpRowsOf(keys: readonly ItemKey[]): Promise<ErpMapping[]>;
  removeRecords(keys: readonly ItemKey[]): Promise<void>;
  removeLinks(links: readonly Link[]): Promise<void>;
  removeErpRows(keys: readonly ItemKey[]): Promise<void>;
  removeMappingRows(keys: readonly RowKey[]): Promise<void>;
  /** Takes one value out of a row; where it is not there any more, nothing happens. */
  removeValue(row: RowKey, path: readonly string[]): Promise<void>;
}
