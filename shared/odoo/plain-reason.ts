const longest = 240;
const emailAddress = /[^\s"'<>(),;:=]+@[^\s"'<>(),;:=]+/g;
/** A field's technical name, which Odoo puts in brackets behind its label, whatever the language. */
const technicalName = /\(([a-z][a-z0-9_]*)\)/g;

/**
 * What Odoo says about a refused record, fit for a log: one line, no e-mail address, no secret, not long. PostgreSQL's
 * DETAIL is left out, because it quotes the row.
 *
 * @param secrets texts that must not stand in it, such as the API key
 */
export function plainReason(message: string, secrets: readonly string[]): string {
  const [said = ''] = message.split(/\bDETAIL:/);
  const hidden = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '…'), said)
    .replace(emailAddress, '(an e-mail address)')
    .replace(/\s+/g, ' ')
    .trim();
  const cut = hidden.length > longest ? `${hidden.slice(0, longest)}…` : hidden;
  if (cut === '') return 'it gave no reason.';
  return /[.!?…]$/.test(cut) ? cut : `${cut}.`;
}

/** The field that a message names by its technical name; undefined where there is none, or more than one. */
export function namedField(message: string): string | undefined {
  const names = [...message.matchAll(technicalName)].map(([, name]) => name);
  return names.length === 1 ? names[0] : undefined;
}
