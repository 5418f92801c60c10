const control = /(?!\n)\p{Control}/gu;

/**
 * A text without what would steer a terminal instead of standing on it: a name in the ERP may hold escape sequences that
 * change earlier lines, or the title of the window. Line feeds stay.
 */
export function printable(text: string): string {
  return text.replace(control, '\ufffd');
}

/** Data as JSON, laid out for people; control characters are written as JSON's escapes, those above 127 too. */
export function printableJson(data: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(data, undefined, 2).replace(control, escaped);
}
