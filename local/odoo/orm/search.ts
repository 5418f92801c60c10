import { invalidField } from '../odoo-exception.ts';
import { compileDomain, mentionsActive } from './domain.ts';
import type { Environment, Model, Row, Stored } from './model.ts';
import { fieldValue } from './reading.ts';

export type SearchOptions = {
  offset: number;
  /** Undefined for all. */
  limit: number | undefined;
  /** Such as `write_date desc, id`; the model's own unless told. */
  order: string | undefined;
  /** Whether archived records are left out, unless the domain speaks of `active` itself. */
  activeTest: boolean;
};

/** The records that fulfil the domain. @throws OdooException for a domain or an order that Odoo does not understand */
export function search(
  model: Model,
  domain: readonly unknown[],
  { offset, limit, order, activeTest }: SearchOptions,
  env: Environment,
): Row[] {
  const test = compileDomain(domain, model, env);
  const hidesArchived = activeTest && 'active' in model.fields && !mentionsActive(domain);
  const found = env.database
    .table(model.name)
    .all()
    .filter((row) => (!hidesArchived || row.active !== false) && test(row));
  const sorted = inOrder(found, order || model.order || 'id', model, env);
  return sorted.slice(offset, limit === undefined ? undefined : offset + limit);
}

function inOrder(rows: readonly Row[], order: string, model: Model, env: Environment): readonly Row[] {
  const terms = order.split(',').map((term) => {
    const [name = '', direction = 'asc'] = term.trim().split(/\s+/);
    if (name !== 'id' && !env.models.find(model, name)) throw invalidField(model.name, name);
    return { name, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
  // The rows come by id.
  if (terms[0]?.name === 'id') return terms[0].sign === 1 ? rows : rows.toReversed();
  return rows.toSorted((one, other) => {
    for (const { name, sign } of terms) {
      const result = compare(fieldValue(one, model, name, env), fieldValue(other, model, name, env)) * sign;
      if (result !== 0) return result;
    }
    return 0;
  });
}

/** PostgreSQL counts NULL as larger than everything. */
function compare(one: Stored, other: Stored): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other ? -1 : 1;
}
