import type { Item } from '#shared/store/documents.ts';
import { type Model, models, type University } from './university.ts';

/** What one round of the ERP's work wrote: puts and deletions by model and id, the last one of a record counts. */
export type Change = { item: Item; isDeleted: boolean };

/** A value that is rejected for each model, by the field it is in (docs/data-contract.md, "What is rejected"). */
const invalidValues: Record<Model, [string, unknown][]> = {
  'op.department': [
    ['name', ''],
    ['name', '<b>bold'],
    ['parent_id', 'nobody'],
  ],
  'op.course': [
    ['name', 'x'.repeat(256)],
    ['code', false],
    ['subject_ids', ['one']],
  ],
  'op.subject': [
    ['name', false],
    ['code', '<i>'],
    ['subject_type', 'optional'],
  ],
  'op.batch': [
    ['code', ''],
    ['course_id', false],
    ['name', 'x'.repeat(201)],
  ],
  'op.student': [
    ['email', 'nobody'],
    ['email', false],
    ['last_name', '<script'],
  ],
  'op.faculty': [
    ['email', 'a@b'],
    ['first_name', 'x'.repeat(101)],
    ['faculty_subject_ids', 'none'],
  ],
  'op.student.course': [
    ['student_id', false],
    ['state', 'paused'],
    ['course_id', false],
  ],
  'op.session': [
    ['faculty_id', false],
    ['state', 'moved'],
  ],
};

/** Marks a record that holds an invalid value, so that the oracle need not judge values; Moodle never sees it. */
const mark = 'test_is_invalid';

/** Whether the record holds a value that has to be rejected. */
export function isInvalid(item: Item): boolean {
  return item[mark] === true;
}

/** Changes about the given number of records at random. @returns what was written, each record once */
export function editAtRandom(university: University, count: number): Change[] {
  const changes = new Map<string, Change>();
  const note = (item: Item, isDeleted: boolean) =>
    changes.set(`${item.model}#${item.id}`, { item, isDeleted });
  const put = (item: Item) => {
    university.put(item);
    note(item, false);
  };
  for (let left = count; left > 0; left -= 1) {
    const model = pickModel(university);
    const id = university.someId(model);
    const item = university.get(model, id);
    if (!item) put(university.make(model, id));
    else editOne(item, model);
  }
  return [...changes.values()];

  function editOne(item: Item, model: Model): void {
    const { random } = university;
    const id = Number(item.id);
    const draw = random.below(100);
    const isPerson = model === 'op.student' || model === 'op.faculty';
    if (isInvalid(item) && draw < 60) put(university.make(model, id));
    else if (draw < 12) {
      university.remove(item);
      note(item, true);
    } else if (draw < 22) {
      const [field, value] = random.pick(invalidValues[model]);
      put({ ...item, [field]: value, [mark]: true });
    } else if (draw < 34 && isPerson) swapEmail(item, model);
    else if (draw < 50) put({ ...item, ...inactive(item, model) });
    else if (draw < 75) put({ ...item, ...renamed(item, model, random.below(1000)) });
    // Made anew: other references, and everything else as it was at first.
    else put(university.make(model, id));
  }

  /** Two people change their addresses, or one takes another's, or one takes that of somebody who moves on. */
  function swapEmail(item: Item, model: Model): void {
    const { random } = university;
    const other = university.get(model, university.someId(model));
    if (!other || isInvalid(other) || isInvalid(item) || other.id === item.id) return;
    const how = random.below(4);
    put({ ...item, email: other.email });
    if (how === 0) put({ ...other, email: item.email });
    else if (how < 3) put({ ...other, email: `moved${random.below(100_000)}@example.org` });
  }
}

function pickModel({ random }: University): Model {
  // Rather the small models, on which much hangs, than by their numbers.
  return random.below(2) === 0
    ? random.pick(models)
    : random.pick(['op.student', 'op.student.course'] as const);
}

function inactive(item: Item, model: Model): Partial<Item> {
  if (model === 'op.department') return {};
  if (model === 'op.student.course') return { state: item.state === 'running' ? 'finished' : 'running' };
  if (model === 'op.session') return { state: item.state === 'cancel' ? 'confirm' : 'cancel' };
  return { active: item.active === false };
}

function renamed(item: Item, model: Model, number: number): Partial<Item> {
  if (isInvalid(item) || model === 'op.student.course' || model === 'op.session') return {};
  if (model === 'op.student' || model === 'op.faculty') return { last_name: `Renamed${number} & "Co"` };
  // A subject's code may become that of another one: two courses of a program then claim one short name.
  if (model === 'op.subject' && number % 4 === 0) return { code: `S${(number % 20) + 1}` };
  return { name: `Renamed ${number} & é` };
}
