import { prefixes } from '#shared/models/services.ts';
import type { Mapping, MappingPages } from '#shared/moodle/mappings/mapping.ts';
import { eachMapping } from '#shared/moodle/mappings/read-mappings.ts';
import type { PullName } from './pull-ports.ts';

/** A course that a subject has in Moodle, with what a pull knows of it. */
export interface MappedCourse {
  idnumber: string;
  moodleId: number;
  /** What the pull noted last; undefined where it has never looked, or where that was lost. */
  state: Record<string, unknown> | undefined;
  /** The row itself, for what another pull has noted on it. */
  mapping: Mapping;
}

/** What a pull has noted on a mapping (PullStates.note). */
export function pullStateOf(mapping: Mapping, pull: PullName): MappedCourse['state'] {
  return (mapping as Mapping & Record<string, MappedCourse['state']>)[`pull_${pull}`];
}

/** The courses of an instance that are in use, one mapping read for each. */
export async function* mappedCourses(
  instance: string,
  mappings: MappingPages,
  pull: PullName,
): AsyncIterable<MappedCourse> {
  for await (const mapping of eachMapping(instance, mappings, prefixes.subjects)) {
    const { idnumber, moodle_id: moodleId, active } = mapping;
    if (moodleId !== undefined && active)
      yield { idnumber, moodleId, state: pullStateOf(mapping, pull), mapping };
  }
}

/** The mappings of an instance as if these were its only courses; what else it has (accounts, enrolments) stays. */
export function onlyCourses<Store extends MappingPages>(
  mappings: Store,
  isWanted: (course: Mapping) => boolean,
): Store {
  return {
    ...mappings,
    async page(...query: Parameters<MappingPages['page']>) {
      const page = await mappings.page(...query);
      return {
        ...page,
        mappings: page.mappings.filter((mapping) => mapping.service !== 'subjects' || isWanted(mapping)),
      };
    },
  };
}
