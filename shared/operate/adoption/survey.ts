import type { AdoptedKind } from '#shared/models/services.ts';
import { languagesFor } from '#shared/moodle/conventions/profile.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { whereUntold } from '#shared/moodle/inventory/observed.ts';
import { topCategory } from '#shared/moodle/structure/categories.ts';
import type { Desired, Observed } from './kinds.ts';
import { accountTies } from './match-accounts.ts';
import { categoryTies, courseTies, groupTies } from './match-structure.ts';
import { compare, type Row } from './rows.ts';

/** The Moodle ids of the categories and courses that are known or certain, by the idnumber of what they are. */
export type Resolved = ReadonlyMap<string, number>;

/** The categories and courses of a Moodle. */
interface MoodleStructure {
  categories: Observed[];
  courses: Observed[];
  /** The ids of the categories from the top down to one, itself included. */
  pathOf(categoryId: number): number[];
}

/** Categories and courses, compared from the top down: where a category lies tells it from its namesakes. */
export function compareStructure(
  desired: readonly Desired[],
  structure: MoodleStructure,
  instance: Instance,
): { rows: Row[]; resolved: Resolved } {
  const categories = compareCategories(ofKind(desired, 'category'), structure.categories, instance);
  const inCategory = resolvedBy(categories);
  const courses = compare({
    desired: ofKind(desired, 'course'),
    observed: structure.courses,
    ties: (records, observed) =>
      courseTies(records, observed, (record, course) => {
        const category = inCategory.get(record.fields.category);
        return category !== undefined && structure.pathOf(Number(course.fields.category)).includes(category);
      }),
    overwrites: (record, course) => {
      const { category, ...payload } = record.payload;
      const id = category && inCategory.get(category);
      return differing({ ...payload, ...(category !== undefined && { category: id ?? -1 }) }, course);
    },
  });
  const rows = [...categories, ...courses];
  return { rows, resolved: resolvedBy(rows) };
}

/** Each round knows the parents that the one before has found. */
function compareCategories(
  desired: readonly Desired<'category'>[],
  observed: readonly Observed[],
  instance: Instance,
): Row[] {
  let resolved: Resolved = new Map();
  for (;;) {
    const parentOf = (record: Desired<'category'>) => parentId(record, resolved, instance);
    const rows = compare({
      desired,
      observed,
      ties: (records, categories) => categoryTies(records, categories, parentOf),
      overwrites: (record, category) => {
        const { parent, ...payload } = record.payload;
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
function parentId(
  { service, fields: { parent } }: Desired<'category'>,
  resolved: Resolved,
  instance: Instance,
): number | undefined {
  return parent === '' ? topCategory(instance, service) : resolved.get(parent);
}

/** Groups, each course by itself. Those of courses that Moodle does not have, or not for certain, are left out. */
export function compareGroups(
  desired: readonly Desired[],
  groups: ReadonlyMap<number, Observed[]>,
  resolved: Resolved,
): Row[] {
  const byCourse = Map.groupBy(ofKind(desired, 'group'), ({ fields }) => resolved.get(fields.course));
  return [...groups].flatMap(([course, observed]) =>
    compare({
      desired: byCourse.get(course) ?? [],
      observed,
      ties: groupTies,
      overwrites: ({ payload }, group) => differing(payload, group),
    }),
  );
}

/** The accounts of students and teachers. */
export function compareAccounts(desired: readonly Desired[], accounts: readonly Observed[]): Row[] {
  return compare({
    desired: ofKind(desired, 'account'),
    observed: accounts,
    ties: accountTies,
    overwrites: ({ payload }, account) => differing(payload, account),
  });
}

export function ofKind<Kind extends AdoptedKind>(desired: readonly Desired[], kind: Kind): Desired<Kind>[] {
  return desired.filter((record): record is Desired<Kind> => record.kind === kind);
}

function resolvedBy(rows: readonly Row[]): Resolved {
  return new Map(
    rows.flatMap(({ verdict, desired, candidates: [observed] }) => {
      if (!desired) return [];
      const id = verdict === 'certain' ? observed?.id : desired.mapping?.moodle_id;
      return id === undefined ? [] : [[desired.idnumber, id] as const];
    }),
  );
}

/** The fields that are otherwise in Moodle; those that Moodle was not asked for are left out. */
function differing(payload: Record<string, unknown>, { fields }: Observed): string[] {
  return Object.entries(payload).flatMap(([name, value]) => {
    const held = fields[name] ?? whereUntold(name);
    const isSame = name === 'lang' ? languagesFor(String(value)).includes(String(held)) : held === value;
    return held === undefined || isSame ? [] : [name];
  });
}
