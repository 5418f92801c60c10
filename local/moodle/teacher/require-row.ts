/** The row with this id. @throws Error that names what is not there */
export function requireRow<Row>(table: { get(id: number): Row | undefined }, id: number, what: string): Row {
  const row = table.get(id);
  if (!row) throw new Error(`there is no ${what} ${id}`);
  return row;
}
