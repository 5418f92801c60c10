import type { Environment, Model, Row } from './model.ts';
import { alongPath } from './reading.ts';

/**
 * Gives the records a new write_date that show a changed value of these as a field of their own: Odoo stores such
 * values with them (the date of an attendance sheet with its lines), and so writes them again.
 *
 * @param before what the changed records were, in their order
 */
export function touchRelated(
  model: Model,
  before: readonly Row[],
  after: readonly Row[],
  log: Readonly<Partial<Row>>,
  env: Environment,
): void {
  const changedIn = (field: string) =>
    new Set(after.filter((row, index) => row[field] !== before[index]![field]).map(({ id }) => id));
  for (const other of env.models.all()) {
    const touched = new Set<number>();
    for (const { way, field } of waysTo(model, other, env)) {
      const ids = changedIn(field);
      if (ids.size === 0) continue;
      for (const row of env.database.table(other.name).all())
        if (ids.has(alongPath(row, other, way, env) as number)) touched.add(row.id);
    }
    for (const id of touched) {
      const row = env.database.row(other.name, id)!;
      env.database.table(other.name).put({ ...row, ...log, id });
    }
  }
}

type Way = { way: readonly string[]; field: string };

/** How the related fields of another model lead over this one: the path to it, and its field that comes next. */
function waysTo(model: Model, other: Model, env: Environment): Way[] {
  return Object.values(other.fields).flatMap(({ related }) => {
    const path = related?.split('.') ?? [];
    const ways: Way[] = [];
    let at: Model | undefined = other;
    for (const [index, step] of path.slice(0, -1).entries()) {
      const relation: string | undefined = at && env.models.find(at, step)?.field.relation;
      at = relation !== undefined && env.models.has(relation) ? env.models.get(relation) : undefined;
      if (at?.name === model.name) ways.push({ way: path.slice(0, index + 1), field: path[index + 1]! });
    }
    return ways;
  });
}
