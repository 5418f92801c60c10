import * as z from 'zod';
import { characterCount, moodleLimits } from '#shared/models/fields/moodle-limits.ts';
import { isUnstorable, readsAsHtml } from '#shared/models/fields/record-check.ts';
import { isTimeZone } from '#shared/models/fields/school-day.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { fieldsIn, render, template } from './template.ts';

/**
 * What an account may tell of somebody besides name and address, in Moodle's names, and how long it may be. Longer ones
 * are refused, of new accounts with the whole call (4.5 and 5.1).
 */
const limits = {
  institution: 255,
  department: 255,
  address: 255,
  city: 120,
  country: 2,
  lang: 30,
  timezone: 100,
  phone2: moodleLimits.phone,
} as const;

export const profileFields = Object.keys(limits) as (keyof typeof limits)[];

/** A field that a site has added to its accounts, by its short name; so it is called where accounts are uploaded. */
export type CustomField = `profile_field_${string}`;
export type ProfileField = keyof typeof limits | CustomField;
/** What an account tells, as far as it is known. */
export type Profile = { [Name in keyof typeof limits]?: string } & { [name: CustomField]: string };

const customPrefix = 'profile_field_';
/** Moodle's PARAM_ALPHANUMEXT. */
const shortname = z.string().regex(/^[A-Za-z0-9_-]+$/);
const customField = z.templateLiteral([customPrefix, shortname]).describe(`${customPrefix}…`);
/** The same where it is told which kind of thing has it. */
export const ownedCustomField = z
  .templateLiteral([`user.${customPrefix}`, shortname])
  .describe(`user.${customPrefix}…`);

/** The setting: a template for each field that an instance gives its accounts. */
export const profileSchema = z.partialRecord(
  z.union([z.enum(profileFields), customField]),
  template({ roots: ['person', 'student', 'teacher'] }),
);
export type ProfileTemplates = z.infer<typeof profileSchema>;

/** The short name of a custom field; undefined for any other field. */
export function shortnameOf(field: string): string | undefined {
  return field.startsWith(customPrefix) ? field.slice(customPrefix.length) : undefined;
}

export function isCustomField(name: string): boolean {
  return shortnameOf(name) !== undefined;
}

export function isProfileField(name: string): name is ProfileField {
  return name in limits || shortnameOf(name) !== undefined;
}

/** What the record of a person says of the fields, and why some are left out, as sentences without personal data. */
export interface ProfileOfRecord {
  fields: Profile;
  leftOut: string[];
}

/** What a template calls those who have a profile: accounts of parents have none. */
const nouns: Partial<Record<string, string>> = { 'op.student': 'student', 'op.faculty': 'teacher' };

/**
 * Fills in the templates of an instance. A template that names a student says nothing of teachers, and the other way
 * round. What Moodle would refuse, or turn into something else without a word, is left out: nobody is kept out of a course
 * for it.
 */
export function profileOf(templates: ProfileTemplates, item: RecordItem): ProfileOfRecord {
  const told: ProfileOfRecord = { fields: {}, leftOut: [] };
  const noun = nouns[item.model];
  if (noun === undefined) return told;
  for (const [name, text] of Object.entries(templates) as [ProfileField, string][]) {
    if (!fieldsIn(text).every(({ root }) => root === 'person' || root === noun)) continue;
    const { text: value, lacks } = render(text, () => item);
    const fault = value === undefined ? `the ${noun} has no ${lacks!.field}` : faultOf(name, value);
    if (fault === undefined) Object.assign(told.fields, stored(name, value!));
    else told.leftOut.push(`${name} is left out: ${fault}.`);
  }
  return told;
}

/** An empty language or time zone is none: Moodle refuses the one and knows no sense of the other. */
function stored(name: ProfileField, value: string): Profile {
  if (value === '' && (name === 'lang' || name === 'timezone')) return {};
  if (name === 'country') return { country: value.toUpperCase() };
  return { [name]: name === 'lang' ? moodleLanguage(value) : value };
}

/** Odoo's `es_CO` and `sr@latin` in Moodle's way. */
function moodleLanguage(code: string): string {
  return code.toLowerCase().replaceAll(/[^a-z0-9]/g, '_');
}

/** The languages of a Moodle that stand for one of the ERP's, the best first: `es_co`, and `es` where it has only that. */
export function languagesFor(code: string): string[] {
  return [...new Set([code, code.split('_')[0]!])];
}

function faultOf(name: ProfileField, value: string): string | undefined {
  if (readsAsHtml(value)) return 'it holds a "<" that Moodle takes for HTML';
  if (isUnstorable(value)) return 'it holds a character that cannot be stored';
  if (value === '') return undefined;
  if (name === 'country' && !isCountry(value.toUpperCase()))
    return 'it is no code of a country, which has two letters (ISO 3166), as {person.country_code} has them';
  if (name === 'timezone' && !isMoodleZone(value)) return 'it is no time zone such as America/Bogota';
  if (name === 'lang' && !/^[a-z]{2,3}(_|$)/.test(moodleLanguage(value)))
    return 'it is no code of a language such as es_CO';
  const length = characterCount(value);
  const limit = name in limits ? limits[name as keyof typeof limits] : undefined;
  if (limit === undefined || length <= limit) return undefined;
  return `it has ${length} characters, and ${limit} fit`;
}

/** Codes that Unicode has names for and ISO 3166 does not: Moodle stores no country for them, and says nothing (4.5, 5.1). */
const noCountry = new Set(
  'AC,AN,BU,CP,CQ,CS,DD,DG,DY,EA,EU,EZ,FX,HV,IC,NH,QO,RH,SU,TA,TP,UK,UN,VD,XA,XB,XK,YD,YU,ZR,ZZ'.split(','),
);
const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && !noCountry.has(code) && regions.of(code) !== undefined;
}

/** Moodle takes no sign in a zone but these, and refuses the whole call for `Etc/GMT+5` (4.5). */
function isMoodleZone(value: string): boolean {
  return /^[A-Za-z0-9]+(\/?[A-Za-z_-])+$/.test(value) && isTimeZone(value);
}
