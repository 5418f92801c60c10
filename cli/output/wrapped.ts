/** A text in lines that leave the other columns of a table their place. @param width in characters */
export function wrapped(text: string, width = 50): string {
  return text.replace(new RegExp(`(.{1,${width}})(\\s+|$)`, 'g'), '$1\n').trimEnd();
}
