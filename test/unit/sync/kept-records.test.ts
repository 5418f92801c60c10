import { expect, it } from 'vitest';
import type { RecordItem } from '#shared/models/records.ts';
import { KeptRecords } from '#shared/moodle/sweep/sweep-records.ts';

const items = [1, 2, 3].map((id): RecordItem => ({ model: 'op.batch', id: String(id), course_id: 7 }));
const table = {
  page: async (_model: string, { after = '', limit = 2 }: { after?: string | undefined; limit?: number }) => {
    const rest = items.filter(({ id }) => id > after);
    const page = rest.slice(0, limit);
    return { items: page, after: page.length < rest.length ? page.at(-1)!.id : undefined };
  },
  getMany: async (_model: string, ids: string[]) =>
    new Map(items.filter(({ id }) => ids.includes(id)).map((item) => [item.id, item])),
};

it.each([
  ['all', undefined],
  ['one of them', 1],
])('answers every record where there is room for %s', async (_what, most) => {
  const records = new KeptRecords(table, undefined, most);
  const found: string[] = [];
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await records.page('op.batch', { after, limit: 2 });
    found.push(...page.items.map(({ id }) => id));
    after = page.after;
  }
  expect(found).toEqual(['1', '2', '3']);
  expect([...(await records.getMany('op.batch', ['1', '3', '4'])).keys()]).toEqual(['1', '3']);
  expect(await records.sources('op.course#7', 'op.batch')).toEqual(['1', '2', '3']);
});
