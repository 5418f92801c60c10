/** A condition on a field, such as `['write_date', '>=', '2026-09-01 08:00:00']`. */
export type Condition = readonly [field: string, operator: string, value: unknown];

/** Odoo's search language: conditions that must all hold; `|`, `&` and `!` stand before what they join. */
export type Domain = readonly (Condition | '|' | '&' | '!')[];

/** A domain of which any of the conditions must hold. @param conditions at least one */
export function anyOf(conditions: readonly Condition[]): Domain {
  return [...conditions.slice(1).map(() => '|' as const), ...conditions];
}
