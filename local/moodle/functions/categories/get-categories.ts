import { invalidParameter, MoodleException } from '../../moodle-exception.ts';
import { alpha, bool, object, optionalList, raw, withDefault } from '../../parameters/description.ts';
import type { Category } from '../../state/records.ts';
import type { SiteState } from '../../state/site-state.ts';
import { commaSeparatedIds } from '../comma-separated-ids.ts';
import { escapeName } from '../escape-name.ts';
import { webServiceFunction } from '../web-service-function.ts';

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

/** `core_course_get_categories`: the categories that meet all criteria and, unless told otherwise, all below them. */
export const getCategories = webServiceFunction({
  name: 'core_course_get_categories',
  parameters: object({
    criteria: optionalList(object({ key: alpha(), value: raw() })),
    addsubcategories: withDefault(bool(), true),
  }),
  run: ({ criteria, addsubcategories }, { state }) => {
    let found = criteria.length === 0 ? state.categories.all() : undefined;
    for (const { key, value } of criteria) {
      const finder = Object.hasOwn(finders, key) ? finders[key] : undefined;
      if (!finder) throw new MoodleException('criteriaerror', `Missing permissions to search on a criteria.`);
      const meeting = finder(state, value);
      const ids = new Set(meeting.map((category) => category.id));
      found = found ? found.filter((category) => ids.has(category.id)) : meeting;
    }
    const all = new Map((found ?? []).map((category) => [category.id, category]));
    if (addsubcategories) for (const category of all.values()) addChildren(state, category.id, all);
    return [...all.values()].map((category) => categoryAnswer(category, state)).sort(byPath);
  },
});

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
