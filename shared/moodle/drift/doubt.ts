import { type CourseStates, courseStatesOf } from '#shared/moodle/enrolments/enrolment-state.ts';
import type { DriftNote } from '#shared/moodle/mappings/drift-note.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';

/** What of a finding tells what is not true any more of a mapping. */
type Doubted = Pick<DriftNote, 'kind' | 'about' | 'in_moodle'>;

/**
 * A mapping that no longer claims what was found to be otherwise, so that the ordinary push, which compares it with
 * the record, does the rest. The Moodle id stays: that it leads nowhere is for the push to hear from Moodle itself.
 */
export function doubtful(mapping: Mapping, findings: readonly Doubted[]): Mapping {
  if (findings.length === 0) return mapping;
  const doubted: Mapping = { ...mapping };
  delete doubted.sync_hash;
  for (const { kind, about = '', in_moodle } of findings) {
    if (kind === 'missing') delete doubted.field_hashes;
    else if (kind === 'changed') {
      const [, name = ''] = about.split('.');
      const { [name]: _changed, ...hashes } = doubted.field_hashes ?? {};
      doubted.field_hashes = hashes;
      // What somebody has taken into use again counts for the brake when it is taken out of use once more.
      if (in_moodle === (name === 'visible')) doubted.active = true;
    } else {
      doubted.extra_data = {
        ...doubted.extra_data,
        courses: doubtfulStates(courseStatesOf(doubted.extra_data), kind, about),
      };
    }
  }
  return doubted;
}

/** @param about the course, or the group */
function doubtfulStates(states: CourseStates, kind: DriftNote['kind'], about: string): CourseStates {
  return Object.fromEntries(
    Object.entries(states).map(([course, known]) => {
      if (kind === 'not_in_group') {
        const groups =
          about in known.groups ? { ...known.groups, [about]: 'pending' as const } : known.groups;
        return [course, { ...known, groups }];
      }
      if (course !== about) return [course, known];
      return [course, { ...known, state: kind === 'resumed' ? ('active' as const) : ('pending' as const) }];
    }),
  );
}
