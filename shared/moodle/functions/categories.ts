import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { orEmpty, plainName } from '#shared/moodle/client/schemas.ts';
import type { Sent } from './parameters.ts';

export type NewCategory = Sent<'core_course_create_categories'>['categories'][number];
export type CategoryChange = Sent<'core_course_update_categories'>['categories'][number];

const categorySchema = z.object({
  id: z.number(),
  name: plainName,
  // Absent or null where none was given.
  idnumber: orEmpty,
  parent: z.number(),
  visible: z.number().default(1),
  path: z.string(),
  depth: z.number(),
});
export type Category = z.infer<typeof categorySchema>;

const createdSchema = z.array(z.object({ id: z.number(), name: plainName }));

/** Makes categories, all or none, in the order given. The ID number (100 characters) is unique in the site. */
export async function createCategories(
  client: MoodleCaller,
  categories: NewCategory[],
): Promise<z.infer<typeof createdSchema>> {
  if (categories.length === 0) return [];
  return client.call('core_course_create_categories', { categories }, createdSchema);
}

/** Changes categories, all or none. Moodle offers no way to hide one. */
export async function updateCategories(client: MoodleCaller, categories: CategoryChange[]): Promise<void> {
  if (categories.length === 0) return;
  await client.call('core_course_update_categories', { categories }, z.null());
}

export async function getCategoryByIdnumber(
  client: MoodleCaller,
  idnumber: string,
): Promise<Category | undefined> {
  const [category] = await getCategories(client, [{ key: 'idnumber', value: idnumber }]);
  return category;
}

/** The categories of these ids that exist and that the token may see. */
export async function getCategoriesByIds(client: MoodleCaller, ids: readonly number[]): Promise<Category[]> {
  if (ids.length === 0) return [];
  return getCategories(client, [{ key: 'ids', value: ids.join(',') }]);
}

/** Every category that the token may see, parents before children. */
export function getAllCategories(client: MoodleCaller): Promise<Category[]> {
  return getCategories(client, []);
}

function getCategories(
  client: MoodleCaller,
  criteria: { key: string; value: string }[],
): Promise<Category[]> {
  return client.call(
    'core_course_get_categories',
    { criteria, addsubcategories: false },
    z.array(categorySchema),
  );
}
