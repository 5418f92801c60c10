import type { Mapping, MappingPages } from '#shared/moodle/mappings/mapping.ts';

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
