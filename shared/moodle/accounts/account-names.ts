import { characterCount, moodleLimits } from '#shared/models/fields/moodle-limits.ts';
import { isUnstorable, readsAsHtml } from '#shared/models/fields/record-check.ts';
import { fittedUsername, usernameFor } from '#shared/models/fields/username.ts';
import { modelOf } from '#shared/models/models.ts';
import { parseIdnumber } from '#shared/models/references.ts';
import { render } from '#shared/moodle/conventions/template.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { fieldHashes } from '#shared/sync/hash.ts';
import { type PersonModel, type PersonRecord, personOf } from './person-presence.ts';

/** By what an account is known in Moodle besides its address. */
export type AccountNames = { username: string; idnumber: string };
type AccountName = keyof AccountNames;

/** The settings that say what they are, where it is not as without any. */
const settings = { username: 'usernames', idnumber: 'id_numbers' } as const;
/** Those of parents are as without any. */
const groups = { 'op.student': 'students', 'op.faculty': 'teachers', 'op.parent': undefined } as const;
const labels = { username: 'username', idnumber: 'ID number' } as const;

/** The template by which an instance names the accounts of a model's records; undefined: by address, and by idnumber. */
export function nameTemplate(instance: Instance, name: AccountName, model: PersonModel): string | undefined {
  const group = groups[model];
  return group && instance[settings[name]][group];
}

/** Whether an instance gives accounts ID numbers that do not name the mapping. */
export function isNumbered({ id_numbers: templates }: Pick<Instance, 'id_numbers'>): boolean {
  return Object.values(templates).some((text) => text !== undefined);
}

/**
 * What an account is called in an instance.
 *
 * @returns also why it cannot be called as the instance wants it: a field that the record lacks, or that does not fit
 */
export function accountNames(
  instance: Instance,
  { idnumber, person, item }: PersonRecord,
): { names: AccountNames; failure?: Failure } {
  const names: AccountNames = { username: usernameFor(person.email), idnumber };
  const { model } = personOf(idnumber)!;
  let failure: Failure | undefined;
  for (const name of ['username', 'idnumber'] as const) {
    const template = nameTemplate(instance, name, model);
    if (template === undefined) continue;
    const rendered = render(template, () => item);
    const setting = `${settings[name]}.${groups[model]}`;
    const text = name === 'username' ? fittedUsername(rendered.text ?? '') : (rendered.text ?? '');
    const fault = rendered.lacks ? `has no ${rendered.lacks.field}` : faultOf(name, text);
    if (fault === undefined) names[name] = text;
    else failure ??= unnamed(modelOf(model).noun, labels[name], setting, fault, rendered.lacks?.field);
  }
  return { names, ...(failure && { failure }) };
}

function faultOf(name: AccountName, text: string): string | undefined {
  const most = moodleLimits[name];
  // Moodle would store an empty username (4.5 and 5.1).
  if (text === '') return 'gives no text';
  if (characterCount(text) > most) return `gives more than the ${most} characters that Moodle takes`;
  if (readsAsHtml(text) || isUnstorable(text)) return 'gives a text that Moodle does not take';
  return parseIdnumber(text.toLowerCase())
    ? 'gives a number of the kind that the link itself gives'
    : undefined;
}

function unnamed(
  noun: string,
  label: string,
  setting: string,
  fault: string,
  field: string | undefined,
): Failure {
  return {
    class: 'invalid',
    code: field === undefined ? 'format' : 'required',
    field,
    reason: `This ${noun} ${fault}, and the instance makes the ${label} of it (${setting}).`,
    advice: 'Correct the record in the ERP; it is pushed again as soon as it changes.',
  };
}

/**
 * Of an account's names those that a push writes: what a template says, and what takes the place of what one has said
 * before. Without one an account keeps what it was made with.
 *
 * @param taken hashes of the fields as Moodle took them last
 */
export function namesToKeepUp(
  instance: Instance,
  record: PersonRecord,
  taken: Record<string, string> = {},
): Partial<AccountNames> {
  const { model } = personOf(record.idnumber)!;
  const isByTemplate = (name: AccountName) => nameTemplate(instance, name, model) !== undefined;
  const told = (['username', 'idnumber'] as const).filter(
    (name) => isByTemplate(name) || taken[name] !== undefined,
  );
  // Sweeps ask for everybody, and most schools have no template.
  if (told.length === 0) return {};
  const { names, failure } = accountNames(instance, record);
  if (failure) return {};
  const own = fieldHashes(names);
  const due = told.filter((name) => isByTemplate(name) || taken[name] !== own[name]);
  return Object.fromEntries(due.map((name) => [name, names[name]]));
}
