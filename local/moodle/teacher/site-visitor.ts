import type { SiteState } from '../state/site-state.ts';

/** The administrator of a fresh site, in whose name everything is graded and taken. */
export const adminId = 2;

/** Somebody who changes a site on its own pages. */
export abstract class SiteVisitor {
  protected readonly state: SiteState;

  constructor(state: SiteState) {
    this.state = state;
  }
}

/** The row with this id. @throws Error that names what is not there */
export function requireRow<Row>(table: { get(id: number): Row | undefined }, id: number, what: string): Row {
  const row = table.get(id);
  if (!row) throw new Error(`there is no ${what} ${id}`);
  return row;
}
