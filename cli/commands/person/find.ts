import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { withCount } from '#cli/output/progress.ts';
import { table } from '#cli/output/table.ts';
import { numberOf } from '#cli/output/words.ts';
import { comparableEmail } from '#shared/models/fields/email.ts';
import { text } from '#shared/models/fields/fields.ts';
import { emailTarget } from '#shared/models/links.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { serviceModels } from '#shared/models/services.ts';
import { fieldsIn } from '#shared/moodle/conventions/template.ts';
import { type TemplateInUse, templatesOf } from '#shared/moodle/conventions/templates.ts';
import { type PersonModel, personIdnumber, personNouns } from '#shared/operate/explain/person.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { eachPage } from '#shared/sync/each-page.ts';

/** Somebody who may be meant. */
export interface FoundPerson {
  model: PersonModel;
  id: string;
  idnumber: string;
  /** As the ERP has it; null where the record is gone, and only Moodle's account is left. */
  name: string | null;
  found_by: 'id' | 'email' | 'number';
}

export interface FoundPeople {
  people: FoundPerson[];
  /** How many records were read through, since no key leads from what was given to a record; 0 where one did. */
  records_read: number;
  /** Whether that ended with the first match: there may be more. */
  stopped_early: boolean;
}

export interface FindOptions {
  /** What is given is a number and no id, though it may look like one. */
  number?: boolean;
  /** Go on after the first match. */
  all?: boolean;
}

const models = ['op.student', 'op.faculty', 'op.parent'] as const;

/** Where the numbers are by which a school knows people, and the field of another model that names the person. */
const numbers: { of: PersonModel; model: string; fields: string[]; person?: string }[] = [
  { of: 'op.student', model: 'op.student', fields: ['gr_no', 'id_number'] },
  { of: 'op.student', model: 'op.student.course', fields: ['roll_number'], person: 'student_id' },
  { of: 'op.faculty', model: 'op.faculty', fields: ['id_number', 'emp_id'] },
];

/** Whose an id, a number or an e-mail address is. */
export async function findPeople(
  context: CommandContext,
  options: FindOptions,
  who: string,
): Promise<CommandResult<FoundPeople>> {
  const deployment = await context.deployment();
  const found = await foundPeople(deployment, models, who.trim(), options);
  const { people, records_read: read, stopped_early: isStopped } = found;
  const rows = people.map(({ model, id, idnumber, name, found_by: by }) => [
    ...[personNouns[model], id, idnumber, name ?? '(deleted in the ERP)', by],
  ]);
  return {
    data: found,
    text: [
      people.length > 0 && table(['who', 'id', 'ID number', 'name', 'found by'], rows),
      people.length === 0 && 'Nobody in the records table has this id, number or e-mail address.',
      read > 0 && `${numberOf(read)} records were read${isStopped ? ', up to the first match' : ''}.`,
      isStopped && '--all goes on through the others.',
    ],
    isBad: people.length === 0,
  };
}

/** The same, as far as a key leads there: nothing is read through, and no number is found. */
export async function lookUpPeople(
  deployment: Deployment,
  wanted: readonly PersonModel[],
  who: string,
): Promise<FoundPerson[]> {
  const found = await Promise.all(
    wanted.map((model) => (who.includes('@') ? linkedPeople : peopleById)(deployment, model, who)),
  );
  return found.flat();
}

/**
 * The id of a person who is named by it, by a number, or by an e-mail address, which is in no message.
 *
 * @throws OperatorError when nobody has it, or several have
 */
export async function findPerson(deployment: Deployment, model: PersonModel, who: string): Promise<string> {
  if (isId(who)) return who;
  const kind = who.includes('@') ? 'e-mail address' : 'number';
  const { people } = await foundPeople(deployment, [model], who, { all: true });
  const [person] = people;
  if (!person) {
    throw new OperatorError(
      `No ${personNouns[model]} in the records table has this ${kind}.`,
      'Look the person up in the ERP, and check there that the record was written to the table.',
    );
  }
  if (people.length > 1) {
    throw new OperatorError(
      `Several records of ${model} have this ${kind}: ${people.map(({ id }) => id).join(', ')}.`,
      'Name one by its id.',
    );
  }
  return person.id;
}

const isId = (who: string) => /^[1-9]\d{0,17}$/.test(who);

async function foundPeople(
  deployment: Deployment,
  wanted: readonly PersonModel[],
  who: string,
  { number = false, all = false }: FindOptions,
): Promise<FoundPeople> {
  const known = number ? [] : await lookUpPeople(deployment, wanted, who);
  if (known.length > 0 || who === '') return { people: known, records_read: 0, stopped_early: false };
  const search = who.includes('@') ? peopleWithAddress : peopleWithNumber;
  return withCount('records', async (counted) => {
    const people = new Map<string, FoundPerson>();
    let read = 0;
    for await (const page of search(deployment, wanted, who)) {
      for (const person of page.people) people.set(person.idnumber, person);
      read += page.read;
      counted(page.read);
      if (people.size > 0 && !all)
        return { people: [...people.values()], records_read: read, stopped_early: true };
    }
    return { people: [...people.values()], records_read: read, stopped_early: false };
  });
}

interface SearchedPage {
  people: FoundPerson[];
  /** Records that were looked at. */
  read: number;
}

async function peopleById(deployment: Deployment, model: PersonModel, id: string): Promise<FoundPerson[]> {
  if (!isId(id)) return [];
  const item = (await deployment.records.getMany(model, [id])).get(id);
  if (item) return [personOf(model, item, 'id')];
  const idnumber = personIdnumber(model, id);
  const instances = await deployment.instances.ids();
  const rows = await Promise.all(
    instances.map((instance) => deployment.mappings.getMany(instance, [idnumber])),
  );
  return rows.some(({ size }) => size > 0) ? [{ model, id, idnumber, name: null, found_by: 'id' }] : [];
}

/** A link can be older than the record: what counts is what that says. */
async function linkedPeople(
  { open, records }: Deployment,
  model: PersonModel,
  email: string,
): Promise<FoundPerson[]> {
  const ids = await open(linksStore).sources(emailTarget(email), model);
  const items = await records.getMany(model, ids);
  return [...items.values()].flatMap((item) => (hasEmail(item, email) ? personOf(model, item, 'email') : []));
}

/** Of an address that Moodle would not take, or whose link is lost. */
async function* peopleWithAddress(
  { records }: Deployment,
  wanted: readonly PersonModel[],
  email: string,
): AsyncIterable<SearchedPage> {
  for (const model of wanted) {
    for await (const { items } of eachPage((after) => records.page(model, { after }))) {
      const own = items.filter((item) => hasEmail(item, email));
      yield { people: own.map((item) => personOf(model, item, 'email')), read: items.length };
    }
  }
}

async function* peopleWithNumber(
  { records, instances }: Deployment,
  wanted: readonly PersonModel[],
  number: string,
): AsyncIterable<SearchedPage> {
  const written = [number, number.toUpperCase(), number.toLowerCase()];
  const values = [...new Set<string | number>(written), ...(isId(number) ? [Number(number)] : [])];
  const named = (await instances.list()).instances.flatMap(templatesOf).filter(isName);
  for (const { of, model, fields: usual, person } of numbers) {
    if (!wanted.includes(of)) continue;
    const own = person === undefined ? named.filter(({ service }) => serviceModels[service] === of) : [];
    const fields = [
      ...new Set([
        ...usual,
        ...own.flatMap(({ text: template }) => fieldsIn(template).map(({ field }) => field)),
      ]),
    ];
    const pages = eachPage((after) => records.search(model, { fields, values, after }));
    for await (const { items, looked: read } of pages) {
      const ids = items.map((item) => (person === undefined ? item.id : String([item[person]].flat()[0])));
      const people = [...(await records.getMany(of, ids)).values()];
      yield { people: people.map((item) => personOf(of, item, 'number')), read };
    }
  }
}

/** Whether a template says by what an account is known. */
function isName({ field }: TemplateInUse): boolean {
  return field === 'username' || field === 'idnumber';
}

function hasEmail(item: Record<string, unknown>, email: string): boolean {
  const own = text.safeParse(item.email).data;
  return own !== undefined && comparableEmail(own) === comparableEmail(email);
}

function personOf(
  model: PersonModel,
  { id, name, first_name, last_name }: RecordItem,
  by: FoundPerson['found_by'],
): FoundPerson {
  const parts = [first_name, last_name].filter((part) => typeof part === 'string' && part !== '');
  // A parent's is that of the contact: `[id, name]`.
  const own = Array.isArray(name) ? name[1] : name;
  const whole = typeof own === 'string' && own !== '' ? own : parts.join(' ');
  return { model, id, idnumber: personIdnumber(model, id), name: whole, found_by: by };
}
