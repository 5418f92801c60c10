/** One item of the records table: its two keys, and the record's fields as Odoo's `read()` gives them. */
export type OecItem = { model: string; id: string; [field: string]: unknown };
