import { MoodleException } from '../../moodle-exception.ts';
import { nowInSeconds } from '../../now-in-seconds.ts';
import { int, list, object, optional, raw, text, theme, withDefault } from '../../parameters/description.ts';
import { escapeName } from '../escape-name.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { requireCategoryName, requireFreeCategoryIdnumber } from './category-rules.ts';

/** `core_course_create_categories`: all or nothing. */
export const createCategories = webServiceFunction({
  name: 'core_course_create_categories',
  commitsLater: true,
  capability: 'moodle/category:manage',
  parameters: object({
    categories: list(
      object({
        name: text(),
        parent: withDefault(int(), 0),
        idnumber: optional(raw()),
        description: optional(raw()),
        descriptionformat: withDefault(int(), 1),
        theme: optional(theme()),
      }),
    ),
  }),
  run: ({ categories }, { state }) =>
    categories.map(({ name, parent, idnumber = '', description = '' }) => {
      if (parent !== 0 && !state.categories.get(parent))
        throw new MoodleException('unknowcategory', 'Unknown category!');
      requireCategoryName(name);
      requireFreeCategoryIdnumber(state, idnumber);
      const { id } = state.categories.insert({
        name,
        parent,
        idnumber,
        description,
        timemodified: nowInSeconds(),
      });
      return { id, name: escapeName(name) };
    }),
});
