import Table from 'cli-table3';

/** A table for people. A column that holds nothing but numbers, written out or not, stands on the right. */
export function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const isNumeric = (index: number) => {
    const cells = rows.map((row) => String(row[index] ?? '')).filter((cell) => cell !== '');
    return cells.length > 0 && cells.every((cell) => /^[\d,]+$/.test(cell));
  };
  const printed = new Table({
    head: [...columns],
    colAligns: columns.map((_, index) => (isNumeric(index) ? 'right' : 'left')),
    style: { head: [], border: [] },
  });
  printed.push(...rows.map((row) => [...row]));
  return printed.toString();
}

/** A text in lines that leave the other columns of a table their place. @param width in characters */
export function wrapped(text: string, width = 50): string {
  return text.replace(new RegExp(`(.{1,${width}})(\\s+|$)`, 'g'), '$1\n').trimEnd();
}
