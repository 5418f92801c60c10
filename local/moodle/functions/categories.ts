import { invalidParameter, MoodleException, missingRecord } from '../moodle-exception.ts';
import { nowInSeconds } from '../now-in-seconds.ts';
import type { Category } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { requireCategoryName, requireFreeCategoryIdnumber } from './category-rules.ts';
import { commaSeparatedIds, escapeName } from './values.ts';
import type { WebServiceFunctions } from './web-service-function.ts';

export const categoryFunctions = {
  /** All or nothing. */
  core_course_create_categories: {
    commitsLater: true,
    capability: 'moodle/category:manage',
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
  },
  /** All or nothing; answers null. There is no way to hide one. */
  core_course_update_categories: {
    capability: 'moodle/category:manage',
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
  },
  /** The categories that meet all criteria and, unless told otherwise, all below them. */
  core_course_get_categories: {
    run: ({ criteria, addsubcategories }, { state }) => {
      let found = criteria.length === 0 ? state.categories.all() : undefined;
      for (const { key, value } of criteria) {
        const finder = Object.hasOwn(finders, key) ? finders[key] : undefined;
        if (!finder)
          throw new MoodleException('criteriaerror', `Missing permissions to search on a criteria.`);
        const meeting = finder(state, value);
        const ids = new Set(meeting.map((category) => category.id));
        found = found ? found.filter((category) => ids.has(category.id)) : meeting;
      }
      const all = new Map((found ?? []).map((category) => [category.id, category]));
      if (addsubcategories) for (const category of all.values()) addChildren(state, category.id, all);
      return [...all.values()].map((category) => categoryAnswer(category, state)).sort(byPath);
    },
  },
} satisfies Partial<WebServiceFunctions>;

function requireCategory(state: SiteState, id: number): void {
  if (!state.categories.get(id)) throw new MoodleException('unknowncategory', 'Unknown category');
}

function requireParent(state: SiteState, id: number, parent: number): void {
  if (parent === 0) return;
  if (!state.categories.get(parent)) throw missingRecord('course_categories');
  if (state.categoryPath(parent).includes(id))
    throw new MoodleException('cannotmovecategory', 'Cannot move category');
}

const finders: Record<string, (state: SiteState, value: string) => Category[]> = {
  id: (state, value) =>
    commaSeparatedIds(value)
      .slice(0, 1)
      .flatMap((id) => state.categories.get(id) ?? []),
  ids: (state, value) => commaSeparatedIds(value).flatMap((id) => state.categories.get(id) ?? []),
  idnumber: (state, value) => state.categories.find('idnumber', value),
  name: (state, value) => state.categories.find('name', value),
  parent: (state, value) => {
    if (!/^\d+$/.test(value)) throw invalidParameter();
    return state.categories.find('parent', value);
  },
};

// A map visits what is added while it is walked, so this reaches the whole subtree.
function addChildren(state: SiteState, id: number, into: Map<number, Category>): void {
  for (const child of state.categories.find('parent', id)) into.set(child.id, child);
}

function categoryAnswer(category: Category, state: SiteState) {
  const path = state.categoryPath(category.id);
  return {
    id: category.id,
    name: escapeName(category.name),
    idnumber: category.idnumber,
    description: category.description,
    descriptionformat: 1,
    parent: category.parent,
    sortorder: category.id * 10_000,
    coursecount: state.courses.count('category', category.id),
    visible: 1,
    visibleold: 1,
    timemodified: category.timemodified,
    depth: path.length,
    path: `/${path.join('/')}`,
    theme: null,
  };
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path.localeCompare(b.path, 'en', { numeric: true });
}
