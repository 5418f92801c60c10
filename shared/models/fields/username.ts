import { comparableEmail, emailHash } from './email.ts';
import { moodleLimits } from './moodle-limits.ts';

/** Measured on Moodle 4.5: anything else is an invalidparameter for the whole call. */
const moodleAlphabet = /^[a-z0-9._@-]+$/;
const hashLength = 8;
const longestDomain = 40;

/**
 * The username of a new account: the e-mail in lower case where Moodle's alphabet and length allow it, otherwise
 * the nearest text they do allow, made unique by eight hex digits of the address's SHA-256.
 */
export function usernameFor(email: string): string {
  const username = comparableEmail(email);
  if (moodleAlphabet.test(username) && username.length <= moodleLimits.username) return username;
  return withSuffix(username, emailHash(email).slice(0, hashLength));
}

/**
 * The username when {@link usernameFor}'s belongs to somebody else: it holds the record's idnumber
 * (`ana-oec_student_26@example.org`), which nobody else has.
 */
export function fallbackUsername(email: string, idnumber: string): string {
  return withSuffix(comparableEmail(email), inMoodleAlphabet(idnumber.toLowerCase()));
}

/**
 * The username that a template gives: in lower case, accents left out, and a hyphen for anything that Moodle does not
 * take, since single sign-on sends what the ERP has; an address as {@link usernameFor} has it. It may be too long.
 */
export function fittedUsername(text: string): string {
  return text.includes('@') ? usernameFor(text) : inMoodleAlphabet(text.trim().toLowerCase());
}

/** Puts the suffix before the @ (at the end if there is none) and shortens the rest to fit. */
function withSuffix(email: string, suffix: string): string {
  const at = email.lastIndexOf('@');
  const local = inMoodleAlphabet(at < 0 ? email : email.slice(0, at));
  const domain = at < 0 ? '' : `@${inMoodleAlphabet(email.slice(at + 1))}`.slice(0, longestDomain);
  const ending = `-${suffix}${domain}`;
  return `${local.slice(0, Math.max(0, moodleLimits.username - ending.length))}${ending}`;
}

function inMoodleAlphabet(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9._@-]/gu, '-');
}
