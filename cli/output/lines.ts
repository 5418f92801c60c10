/** Lines for people. What is empty, false or undefined is left out: `count > 0 && …`. */
export type Lines = string | false | undefined | readonly Lines[];

/** Lines as one text. */
export function inLines(lines: Lines): string {
  if (typeof lines !== 'object') return lines || '';
  return lines.map(inLines).filter(Boolean).join('\n');
}

/** The first lines of many; `--json` has them all. */
export function firstOf(lines: readonly string[], most: number): string[] {
  const more = lines.length - most;
  return [...lines.slice(0, most), ...(more > 0 ? [`… and ${more} more: --json lists them all.`] : [])];
}

/** Names and values, below each other. */
export function factLines(
  facts: readonly (readonly [name: string, value: string, ...unknown[]])[],
): string[] {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}
