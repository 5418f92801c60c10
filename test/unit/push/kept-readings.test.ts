import { expect, it } from 'vitest';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { nothingKept, RecordView } from '#shared/moodle/push/record-view.ts';
import { coursesArePer } from '#shared/moodle/structure/course-periods.ts';

const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });

/** How often mappings are listed where so many pages of a sweep ask of one batch where it is. */
async function listed(pages: number, settings: object): Promise<number> {
  let count = 0;
  const mappings = {
    getMany: async () => new Map(),
    listByPrefix: async () => {
      count += 1;
      return [];
    },
  };
  const kept = nothingKept();
  for (let page = 0; page < pages; page += 1) {
    const records = { getMany: async () => new Map() };
    const links = { sources: async () => [] };
    const view = new RecordView({ ...instance, ...settings }, records, links, mappings, 0, kept);
    for (let student = 0; student < 3; student += 1)
      await coursesArePer(view, { programId: '1', batchId: '3' });
  }
  return count;
}

it('a sweep asks of each batch once where its groups are, and never where courses have no time', async () => {
  expect(await listed(4, { course_per: 'batch' })).toBe(1);
  expect(await listed(4, {})).toBe(0);
});
