import { brokenReference } from './constraints.ts';
import type { Environment, Model, Row } from './model.ts';

/**
 * Deletes records with what cannot be without them; those that are gone already are passed over. Nothing says
 * afterwards that they were there.
 *
 * @throws OdooException when another record needs one of them
 */
export function unlink(model: Model, ids: readonly number[], env: Environment): void {
  for (const id of ids) {
    const row = env.database.row(model.name, id);
    if (row) remove(model, row, env);
  }
}

function remove(model: Model, row: Row, env: Environment): void {
  // The row goes first, so that two records that name each other do not delete one another for ever.
  env.database.table(model.name).delete(row.id);
  for (const other of env.models.all())
    for (const [name, field] of Object.entries(other.fields)) {
      if (field.relation !== model.name || field.related) continue;
      if (field.type === 'many2one') release(other, name, row.id, env);
      if (field.type === 'many2many') dropFromLists(other, name, row.id, env);
    }
}

function release(model: Model, field: string, id: number, env: Environment): void {
  const table = env.database.table(model.name);
  for (const referring of table.having({ [field]: id })) {
    const { onDelete } = model.fields[field]!;
    if (onDelete === 'restrict') throw brokenReference(model, field);
    if (onDelete === 'cascade') remove(model, referring, env);
    else table.put({ ...referring, [field]: null });
  }
}

function dropFromLists(model: Model, field: string, id: number, env: Environment): void {
  const table = env.database.table(model.name);
  for (const row of table.all()) {
    const ids = row[field];
    if (Array.isArray(ids) && ids.includes(id))
      table.put({ ...row, [field]: ids.filter((each) => each !== id) });
  }
}
