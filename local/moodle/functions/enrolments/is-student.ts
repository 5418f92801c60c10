import type { MoodleSettings } from '../../settings.ts';
import type { Enrolment } from '../../state/records.ts';

/**
 * Whether the person is a student of the course: only they are in the gradebook, in attendance lists and tracked for
 * completion, as far as nobody has changed Moodle's own roles.
 */
export function isStudent({ roleids }: Enrolment, { roles }: Pick<MoodleSettings, 'roles'>): boolean {
  return roles.some(({ id, shortname }) => shortname === 'student' && roleids.includes(id));
}
