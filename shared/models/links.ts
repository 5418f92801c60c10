import { emailHash, isAcceptableEmail } from '#shared/models/fields/email.ts';
import { pullableReference, references, text } from '#shared/models/fields/fields.ts';
import { modelOf, type PushedModel } from './models.ts';

/** The name under which a record is looked up in the links: `op.course#7`. */
export function recordTarget(model: string, id: string): string {
  return `${model}#${id}`;
}

/** The name under which everybody with one e-mail address is found, without the address itself. */
export function emailTarget(email: string): string {
  return `email#${emailHash(email)}`;
}

/**
 * Which other records an item refers to, as link targets without duplicates; people also refer to their e-mail
 * address. Takes what can be read and never throws, so that a record with one bad field keeps its other links.
 */
export function linksOf(model: PushedModel, item: unknown): string[] {
  if (typeof item !== 'object' || item === null) return [];
  const fields = item as Record<string, unknown>;
  const { refersTo, fields: known } = modelOf(model);
  const targets = Object.entries(refersTo).flatMap(([field, target]) =>
    readableIds(fields[field]).map((id) => recordTarget(target, id)),
  );
  return [...new Set([...targets, ...('email' in known ? emailTargets(fields.email) : [])])];
}

function readableIds(value: unknown): string[] {
  // As Odoo gives a many2one: a sweep looks at millions, and the schema would say the same of them more slowly.
  if (Array.isArray(value) && value.length === 2 && typeof value[1] === 'string') {
    const [id] = value;
    if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return [String(id)];
  }
  const one = pullableReference.safeParse(value);
  if (one.success) return one.data === undefined ? [] : [one.data];
  if (!Array.isArray(value) && !(value instanceof Set)) return [];
  return references.parse([...value].filter((element) => references.safeParse([element]).success));
}

function emailTargets(value: unknown): string[] {
  const email = text.safeParse(value).data;
  return email !== undefined && isAcceptableEmail(email) ? [emailTarget(email)] : [];
}
