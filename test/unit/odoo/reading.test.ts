import { describe, expect, it } from 'vitest';
import { copiedFields, gapsOf } from '#shared/odoo/calls/erp-models.ts';
import { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { anyOf, idPages, readByIds, readPages } from '#shared/odoo/calls/read.ts';
import { OdooAnswerError } from '#shared/odoo/client/errors.ts';
import { answering, refusal, result } from './answering.ts';

async function all<Item>(pages: AsyncIterable<Item[]>): Promise<Item[][]> {
  const list: Item[][] = [];
  for await (const page of pages) list.push(page);
  return list;
}

const charField = { type: 'char', string: 'Name', required: true, readonly: false };

describe('reading by pages', () => {
  it('goes on behind the last id, whatever changes meanwhile, and asks for archived ones', async () => {
    const ids = [3, 5, 8, 13, 21];
    const { client, sent } = answering(({ args: [domain], keywords }) => {
      const after = (domain as [string, string, number][])[0]![2];
      const limit = (keywords as { limit: number }).limit;
      return result(
        ids
          .filter((id) => id > after)
          .slice(0, limit)
          .map((id) => ({ id, name: `n${id}` })),
      );
    });
    const since = [['write_date', '>=', '2026-09-01 00:00:00']] as const;
    const pages = await all(readPages(client, 'op.batch', since, ['name'], { pageSize: 2, afterId: 3 }));
    expect(pages.map((page) => page.map(({ id }) => id))).toEqual([
      [5, 8],
      [13, 21],
    ]);
    expect(sent.at(-1)).toMatchObject({
      args: [[['id', '>', 21], ...since]],
      keywords: { fields: ['id', 'name'], order: 'id', limit: 2, context: { active_test: false } },
    });
  });

  it('reads lists of ids again, since a search leaves archived ones out of them', async () => {
    const { client, sent } = answering(({ method }) =>
      method === 'read'
        ? result([{ id: 3, subject_ids: [1, 2] }])
        : result([3, 5].map((id) => ({ id, parent_id: [9, 'Physics'], subject_ids: [1] }))),
    );
    const [page] = await all(readPages(client, 'op.course', [], ['parent_id', 'subject_ids']));
    // The other one has been deleted between the two calls, and keeps the page full.
    expect(page).toEqual([
      { id: 3, parent_id: [9, 'Physics'], subject_ids: [1, 2] },
      { id: 5, parent_id: [9, 'Physics'], subject_ids: [1] },
    ]);
    expect(sent.at(-1)).toMatchObject({
      args: [[3, 5], ['subject_ids']],
      keywords: { context: { active_test: false } },
    });
  });

  it('does not trust a page whose ids do not ascend', async () => {
    const { client } = answering(() => result([4, 2]));
    await expect(all(idPages(client, 'op.batch', [], { pageSize: 2 }))).rejects.toBeInstanceOf(
      OdooAnswerError,
    );
  });

  it('asks nothing for no ids', async () => {
    const { client, sent } = answering(() => result([]));
    expect(await readByIds(client, 'op.batch', [], ['name'])).toEqual([]);
    expect(sent).toEqual([]);
  });
});

it('a domain of alternatives has its marks before it', () => {
  expect(
    anyOf([
      ['a', '=', 1],
      ['b', '=', 2],
      ['c', '=', 3],
    ]),
  ).toEqual(['|', '|', ['a', '=', 1], ['b', '=', 2], ['c', '=', 3]]);
});

describe('the fields of a model', () => {
  it('are asked once, and split into those that are there and those that are not', async () => {
    const { client, sent } = answering(() => result({ name: charField }));
    const fields = new ModelFields(client);
    await Promise.all([fields.of('op.batch'), fields.of('op.batch')]);
    expect(await fields.split('op.batch', ['name', 'colour'])).toEqual({
      present: ['name'],
      missing: ['colour'],
    });
    expect(sent.filter(({ method }) => method === 'fields_get')).toHaveLength(1);
  });

  it('are none where there is no such model', async () => {
    const missing = refusal('odoo.exceptions.UserError', "Object op.session doesn't exist");
    const { client, sent } = answering(() => missing);
    const fields = new ModelFields(client);
    expect(await fields.of('op.session')).toBeUndefined();
    expect(await fields.split('op.session', ['name'])).toBeUndefined();
    expect(sent).toHaveLength(2);
  });

  it('are asked again after a failure', async () => {
    let answer: unknown = new Response('', { status: 502 });
    const { client } = answering(() => answer);
    const fields = new ModelFields(client);
    await expect(fields.of('op.batch')).rejects.toMatchObject({ code: 'http' });
    answer = result({ name: charField });
    expect([...(await fields.of('op.batch'))!.keys()]).toEqual(['name']);
  });

  it('are asked anew, and the reading repeated, when Odoo has lost one of them', async () => {
    let there: object = { name: charField, roll: charField };
    const { client, sent } = answering(({ method }) => {
      if (method === 'fields_get') return result(there);
      return 'roll' in there
        ? result([])
        : refusal('builtins.ValueError', "Invalid field 'roll' on model 'x'");
    });
    const fields = new ModelFields(client);
    await fields.of('x');
    there = { name: charField };
    const asked: string[][] = [];
    await fields.using('x', ['name', 'roll'], async (present) => {
      asked.push(present);
      if (present.includes('roll')) await readByIds(client, 'x', [1], present);
    });
    expect(asked).toEqual([['name', 'roll'], ['name']]);
    expect(sent.filter(({ method }) => method === 'fields_get')).toHaveLength(2);
  });
});

describe('what an ERP lacks', () => {
  it('is told with its consequence, and whether the export can do without', async () => {
    const { client } = answering(({ model }) => {
      if (model!.startsWith('op.session'))
        return refusal('odoo.exceptions.UserError', `Object ${model} doesn't exist`);
      const names = copiedFields(model as 'op.batch', new Set(['phone'])).filter(
        (name) => name !== 'mobile' && name !== 'code',
      );
      return result(Object.fromEntries(names.map((name) => [name, charField])));
    });
    const gaps = await gapsOf(new ModelFields(client), {});
    expect(gaps).toContainEqual({
      model: 'op.session',
      consequence: expect.stringContaining('openeducat_timetable'),
      isNeeded: false,
    });
    expect(gaps).toContainEqual(
      expect.objectContaining({ model: 'op.student', field: 'mobile', isNeeded: false }),
    );
    expect(gaps).toContainEqual(
      expect.objectContaining({ model: 'op.batch', field: 'code', isNeeded: true }),
    );
  });
});
