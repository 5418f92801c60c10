import type { MoodleKind } from '#shared/models/services.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { CategoryFields } from '#shared/moodle/structure/categories.ts';
import type { CourseFields } from '#shared/moodle/structure/subjects.ts';
import type { Found, Wanted } from './kinds.ts';
import { accountTies } from './match-accounts.ts';
import { categoryTies, courseTies, groupTies } from './match-structure.ts';
import type { MoodleStructure } from './moodle-structure.ts';
import { compare, type Row } from './rows.ts';

/** The Moodle ids of the categories and courses that are known or certain, by the idnumber of what they are. */
export type Resolved = ReadonlyMap<string, number>;

/** Categories and courses, compared from the top down: where a category lies tells it from its namesakes. */
export function compareStructure(
  wanted: readonly Wanted[],
  structure: MoodleStructure,
  instance: Instance,
): { rows: Row[]; resolved: Resolved } {
  const categories = compareCategories(ofKind(wanted, 'category'), structure.categories, instance);
  const inCategory = resolvedBy(categories);
  const courses = compare({
    wanted: ofKind(wanted, 'course'),
    found: structure.courses,
    ties: (records, found) =>
      courseTies(records, found, (record, course) => {
        const category = inCategory.get(String(record.entity.fields.category));
        return category !== undefined && structure.pathOf(Number(course.fields.category)).includes(category);
      }),
    overwrites: (record, course) => {
      const { category, ...payload } = record.entity.payload as Partial<CourseFields>;
      const id = category && inCategory.get(category);
      return differing({ ...payload, ...(category !== undefined && { category: id ?? -1 }) }, course);
    },
  });
  const rows = [...categories, ...courses];
  return { rows, resolved: resolvedBy(rows) };
}

/** Each round knows the parents that the one before has found. */
function compareCategories(wanted: readonly Wanted[], found: readonly Found[], instance: Instance): Row[] {
  let resolved: Resolved = new Map();
  for (;;) {
    const parentOf = (record: Wanted) => parentId(record, resolved, instance);
    const rows = compare({
      wanted,
      found,
      ties: (records, categories) => categoryTies(records, categories, parentOf),
      overwrites: (record, category) => {
        const { parent, ...payload } = record.entity.payload as Partial<CategoryFields>;
        const place = parent === undefined ? {} : { parent: parentOf(record) ?? -1 };
        return differing({ ...payload, ...place }, category);
      },
    });
    const now = resolvedBy(rows);
    if (now.size <= resolved.size) return rows;
    resolved = now;
  }
}

/** The Moodle id of the category that a record's should lie in; undefined where its parent is not known. */
function parentId({ service, entity }: Wanted, resolved: Resolved, instance: Instance): number | undefined {
  const { parent } = entity.fields as CategoryFields;
  const top = instance.category_ids;
  if (parent === '') return service === 'departments' ? top.departments : top.programs;
  return resolved.get(parent);
}

/** Groups, each course by itself. Those of courses that Moodle does not have, or not for certain, are left out. */
export function compareGroups(
  wanted: readonly Wanted[],
  groups: ReadonlyMap<number, Found[]>,
  resolved: Resolved,
): Row[] {
  const byCourse = Map.groupBy(ofKind(wanted, 'group'), ({ entity }) =>
    resolved.get(String(entity.fields.course)),
  );
  return [...groups].flatMap(([course, found]) =>
    compare({
      wanted: byCourse.get(course) ?? [],
      found,
      ties: groupTies,
      overwrites: ({ entity }, group) => differing(entity.payload, group),
    }),
  );
}

/** The accounts of students and teachers. */
export function compareAccounts(wanted: readonly Wanted[], accounts: readonly Found[]): Row[] {
  return compare({
    wanted: ofKind(wanted, 'account'),
    found: accounts,
    ties: accountTies,
    overwrites: ({ entity }, account) => differing(entity.payload, account),
  });
}

export function ofKind(wanted: readonly Wanted[], kind: MoodleKind): Wanted[] {
  return wanted.filter((record) => record.kind === kind);
}

function resolvedBy(rows: readonly Row[]): Resolved {
  return new Map(
    rows.flatMap(({ verdict, wanted, candidates: [found] }) => {
      if (!wanted) return [];
      const id = verdict === 'certain' ? found?.id : wanted.mapping?.moodle_id;
      return id === undefined ? [] : [[wanted.idnumber, id] as const];
    }),
  );
}

/** The fields that are otherwise in Moodle; those that Moodle was not asked for are left out. */
function differing(payload: Record<string, unknown>, { fields }: Found): string[] {
  return Object.entries(payload).flatMap(([name, value]) =>
    name in fields && fields[name] !== value ? [name] : [],
  );
}
