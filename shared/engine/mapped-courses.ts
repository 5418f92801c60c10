import type { Mapping } from './mapping.ts';
import type { MappingPages } from './ports.ts';
import type { PullName } from './pull-service.ts';

/** A course that a subject has in Moodle, with what a pull knows of it. */
export interface MappedCourse {
  idnumber: string;
  moodleId: number;
  /** What the pull noted last; undefined where it has never looked, or where that was lost. */
  state: Record<string, unknown> | undefined;
}

const first = 'oec_subj_';

/** The courses of an instance that are in use, one mapping read for each. */
export async function* mappedCourses(
  instance: string,
  mappings: MappingPages,
  pull: PullName,
): AsyncIterable<MappedCourse> {
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await mappings.page(instance, { from: first, to: `${first}~`, after });
    for (const mapping of page.mappings) {
      const { idnumber, moodle_id: moodleId, active } = mapping;
      if (moodleId !== undefined && active) yield { idnumber, moodleId, state: pullStateOf(mapping, pull) };
    }
    after = page.after;
  }
}

/** What a pull has noted on a mapping (PullStates.note). */
export function pullStateOf(mapping: Mapping, pull: PullName): Record<string, unknown> | undefined {
  return (mapping as Mapping & Record<string, unknown>)[`pull_${pull}`] as
    | Record<string, unknown>
    | undefined;
}

/** Groups of so many, in the order they come. */
export async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
