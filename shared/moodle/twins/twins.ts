import { conflict, type Failure } from '#shared/sync/failure.ts';

/** One of several things in Moodle with one ID number, and how much of what it holds: `{ people: 12, activities: 1 }`. */
export interface Twin {
  id: number;
  holds: Readonly<Record<string, number>>;
}

/** What Moodle has more than once although an ID number of ours says that it is one; the one most in use first. */
export interface Twins {
  kind: 'category' | 'course' | 'group';
  /** Of the mapping: of a group `oec_batch_3@oec_subj_15_course_7`. */
  idnumber: string;
  twins: [Twin, ...Twin[]];
}

/** The one that holds most, and of those that hold as much the oldest, first. */
export function byUse(one: Twin, other: Twin): number {
  return total(other) - total(one) || one.id - other.id;
}

function total({ holds }: Twin): number {
  return Object.values(holds).reduce((sum, count) => sum + count, 0);
}

const plurals = { category: 'categories', course: 'courses', group: 'groups' } as const;

/**
 * The conflict that twins are.
 *
 * @param used the Moodle id in the mapping, where there is one; else the one most in use is meant to be kept
 */
export function twinsConflict({ kind, idnumber, twins }: Twins, used = twins[0].id): Failure {
  return conflict(
    'twins',
    `Moodle has ${twins.length} ${plurals[kind]} with the ID number ${idnumber}: ${twinList(twins)}. ${used} is the one in use.`,
    `Move what is needed from the others into ${used}, then delete them or clear their ID numbers.`,
  );
}

/** Each with its Moodle id and what it holds: `7 (12 people, 1 activities), 9 (0 people, 0 activities)`. */
export function twinList(twins: readonly Twin[]): string {
  return twins.map(({ id, holds }) => `${id} (${holdings(holds)})`).join(', ');
}

function holdings(holds: Twin['holds']): string {
  return Object.entries(holds)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}
