import { createHash } from 'node:crypto';
import { moodleLimits } from './moodle-limits.ts';

const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainLabel = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
/** `0rg` and the last part of an IP address are no top-level domains. */
const startsWithDigit = /^\d/;

/**
 * Whether Moodle takes the text as an account's e-mail address: Moodle asks PHP's e-mail filter, which wants a
 * plain ASCII address with at most 64 characters before the @ and a domain that holds a dot and whose last part does
 * not begin with a digit (measured on 4.5), and its column holds 100 characters.
 */
export function isAcceptableEmail(email: string): boolean {
  if (email.length > moodleLimits.email) return false;
  const at = email.lastIndexOf('@');
  const local = email.slice(0, Math.max(at, 0));
  const labels = email.slice(at + 1).split('.');
  return (
    local.length <= 64 &&
    localPart.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => domainLabel.test(label)) &&
    !startsWithDigit.test(labels.at(-1)!)
  );
}

/** The form in which two addresses are compared: Moodle looks e-mail addresses up without regard to case. */
export function comparableEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** SHA-256 (hex) of the comparable form: finds equal addresses without storing them. */
export function emailHash(email: string): string {
  return createHash('sha256').update(comparableEmail(email)).digest('hex');
}
