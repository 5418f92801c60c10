import Table from 'cli-table3';

/** A column: its title, and whether it holds numbers, which stand on the right. */
export type Column = string | { title: string; isNumber: true };

/** A table for people. */
export function table(columns: Column[], rows: (string | number)[][]): string {
  const printed = new Table({
    head: columns.map((column) => (typeof column === 'string' ? column : column.title)),
    colAligns: columns.map((column) => (typeof column === 'string' ? 'left' : 'right')),
    style: { head: [], border: [] },
  });
  printed.push(...rows);
  return printed.toString();
}
