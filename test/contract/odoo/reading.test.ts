import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  anyOf,
  type Condition,
  idPages,
  readByIds,
  readPages,
  searchCount,
  searchRead,
} from '#shared/odoo/calls/read.ts';
import { collected } from './collected.ts';
import { Makers, nowhere } from './makers.ts';
import { useOdoo } from './peer.ts';

const odoo = useOdoo();
const makers = new Makers(odoo);
const mine: Condition = ['code', '=like', `${odoo.prefix}%`];
let subjects: number[];

beforeAll(async () => {
  const values = Array.from({ length: 230 }, (_, index) => ({
    name: `Subject ${String(229 - index).padStart(3, '0')}`,
    code: makers.code(),
  }));
  const outcomes = await odoo.writer.create('op.subject', values);
  subjects = outcomes.map(({ value }) => value!);
});

describe('records', () => {
  it('come in pages by id, each once, whole', async () => {
    const pages = await collected(readPages(odoo.client, 'op.subject', [mine], ['code'], { pageSize: 100 }));
    expect(pages.map((page) => page.length)).toEqual([100, 100, 30]);
    expect(pages.flat().map(({ id }) => id)).toEqual(subjects);
  });

  it('go on where a reading was interrupted', async () => {
    const options = { pageSize: 100, afterId: subjects[199]! };
    const pages = await collected(readPages(odoo.client, 'op.subject', [mine], [], options));
    expect(pages.flat().map(({ id }) => id)).toEqual(subjects.slice(200));
  });

  it('come in one big page as well', async () => {
    const [page] = await collected(idPages(odoo.client, 'op.subject', [mine]));
    expect(page).toEqual(subjects);
    expect(await searchCount(odoo.client, 'op.subject', [mine])).toBe(230);
  });

  it('come in another order, from an offset, up to a limit', async () => {
    const rows = await searchRead(odoo.client, 'op.subject', [mine], ['name'], {
      order: 'name desc, id',
      offset: 10,
      limit: 3,
    });
    expect(rows.map(({ name }) => name)).toEqual(['Subject 219', 'Subject 218', 'Subject 217']);
  });

  it('are found by many ids at once, and those that are not there are left out', async () => {
    const ids = [...subjects, nowhere];
    const rows = await readByIds(odoo.client, 'op.subject', ids, ['code']);
    expect(rows.map(({ id }) => id)).toEqual(subjects);
  });

  it('fulfil all conditions, or any of those that are joined so', async () => {
    const [first, second, third] = subjects as [number, number, number];
    const either = anyOf([
      ['id', '=', first],
      ['id', 'in', [second, third]],
    ]);
    const rows = await searchRead(odoo.client, 'op.subject', [['id', '>', first], ...either], []);
    expect(rows.map(({ id }) => id)).toEqual([second, third]);
  });

  it('are read by id with as many rows as exist', async () => {
    const ids = [subjects[1]!, nowhere];
    const rows = await odoo.client.executeKw('op.subject', 'read', [ids, ['code']], {}, z.array(z.unknown()));
    expect(rows).toEqual([{ id: subjects[1], code: expect.stringContaining(odoo.prefix) }]);
  });
});

describe('the login of a student’s user', () => {
  it('is read along, and there is none without a user', async () => {
    const [user] = await searchRead(odoo.client, 'res.users', [], ['login'], { limit: 1 });
    const one = await makers.student({ user_id: user!.id });
    const other = await makers.student();
    expect(await readByIds(odoo.client, 'op.student', [one, other], ['active', 'login'])).toEqual([
      { id: one, active: true, login: user!.login },
      { id: other, active: true, login: false },
    ]);
    expect(await odoo.fields.split('op.student', ['login', 'absent'])).toEqual({
      present: ['login'],
      missing: ['absent'],
    });
  });
});

describe('archived records', () => {
  it('are hidden from every search that does not ask for them', async () => {
    const [subject] = subjects as [number];
    await makers.change('op.subject', subject, { active: false });
    const byId: Condition = ['id', '=', subject];
    expect(await searchRead(odoo.client, 'op.subject', [byId], [], { activeOnly: true })).toEqual([]);
    expect(await searchRead(odoo.client, 'op.subject', [byId], ['active'])).toEqual([
      { id: subject, active: false },
    ]);
    const spoken = await searchRead(odoo.client, 'op.subject', [byId, ['active', '=', false]], [], {
      activeOnly: true,
    });
    expect(spoken).toHaveLength(1);
    const either: Condition = ['active', 'in', [true, false]];
    expect(
      await searchRead(odoo.client, 'op.subject', [byId, either], [], { activeOnly: true }),
    ).toHaveLength(1);
  });
});

describe('an archived subject', () => {
  it('is hidden from the program that lists it, whose write_date stays, unless a reading by id asks for it', async () => {
    const subject = await makers.subject();
    const course = await makers.course({ subject_ids: [[6, 0, [subject]]] });
    const before = await makers.read('op.course', course, ['subject_ids', 'write_date']);
    await odoo.later();
    await makers.change('op.subject', subject, { active: false });
    const asked = { fields: ['subject_ids'], context: { active_test: false } };
    const hidden = await odoo.client.executeKw(
      'op.course',
      'search_read',
      [[['id', '=', course]]],
      asked,
      z.unknown(),
    );
    expect(hidden).toEqual([{ id: course, subject_ids: [] }]);
    expect(await makers.read('op.course', course, ['subject_ids', 'write_date'])).toEqual(before);
    expect(before.subject_ids).toEqual([subject]);
  });
});

describe('values', () => {
  it('have a many2one as id and name, or as the bare id, and a many2many as ids', async () => {
    const [one, two] = subjects.slice(5, 7) as [number, number];
    const parent = await makers.course({ name: `${odoo.prefix}Physics & more` });
    const course = await makers.course({ parent_id: parent, subject_ids: [[6, 0, [one, two]]] });
    const row = await makers.read('op.course', course, ['parent_id', 'subject_ids']);
    expect(row.parent_id).toEqual([parent, `${odoo.prefix}Physics & more`]);
    expect([...(row.subject_ids as number[])].sort((a, b) => a - b)).toEqual([one, two]);
    const bare = await odoo.client.executeKw(
      'op.course',
      'read',
      [[course], ['parent_id']],
      { load: null },
      z.array(z.object({ parent_id: z.number() })),
    );
    expect(bare[0]!.parent_id).toBe(parent);
  });

  it('have two kinds of empty for a text, and false for everything else', async () => {
    const student = await makers.student({ middle_name: '' });
    const fields = ['middle_name', 'email', 'gr_no', 'user_id', 'company_id', 'course_detail_ids', 'active'];
    const row = await makers.read('op.student', student, fields);
    expect(row).toMatchObject({
      middle_name: '',
      email: false,
      gr_no: false,
      user_id: false,
      company_id: false,
      course_detail_ids: [],
      active: true,
    });
  });

  it('have a time in UTC without a zone and without parts of a second', async () => {
    const { write_date: written } = await makers.read('op.subject', subjects[3]!, ['write_date']);
    expect(written).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const sinceThen = [
      ['id', '=', subjects[3]!],
      ['write_date', '>=', written],
    ] as const;
    expect(await searchRead(odoo.client, 'op.subject', sinceThen, [])).toHaveLength(1);
  });
});
