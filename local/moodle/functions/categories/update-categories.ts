import { MoodleException, missingRecord } from '../../moodle-exception.ts';
import { nowInSeconds } from '../../now-in-seconds.ts';
import { int, list, object, optional, raw, text, theme, withDefault } from '../../parameters/description.ts';
import type { SiteState } from '../../state/site-state.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { requireCategoryName, requireFreeCategoryIdnumber } from './category-rules.ts';

/** `core_course_update_categories`: all or nothing; answers null. There is no way to hide one. */
export const updateCategories = webServiceFunction({
  name: 'core_course_update_categories',
  capability: 'moodle/category:manage',
  parameters: object({
    categories: list(
      object({
        id: int(),
        name: optional(text()),
        idnumber: optional(raw()),
        parent: optional(int()),
        description: optional(raw()),
        descriptionformat: withDefault(int(), 1),
        theme: optional(theme()),
      }),
    ),
  }),
  run: ({ categories }, { state }) => {
    for (const { id, name, idnumber, parent, description } of categories) {
      requireCategory(state, id);
      if (name !== undefined) requireCategoryName(name);
      if (idnumber !== undefined) requireFreeCategoryIdnumber(state, idnumber, id);
      if (parent !== undefined) requireParent(state, id, parent);
      state.categories.update(id, { name, idnumber, parent, description, timemodified: nowInSeconds() });
    }
    return null;
  },
});

function requireCategory(state: SiteState, id: number): void {
  if (!state.categories.get(id)) throw new MoodleException('unknowncategory', 'Unknown category');
}

function requireParent(state: SiteState, id: number, parent: number): void {
  if (parent === 0) return;
  if (!state.categories.get(parent)) throw missingRecord('course_categories');
  if (state.categoryPath(parent).includes(id))
    throw new MoodleException('cannotmovecategory', 'Cannot move category');
}
