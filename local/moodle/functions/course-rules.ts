import { isAtLeast } from '#shared/moodle/client/release.ts';
import { invalidParameterNamed, MoodleException } from '../moodle-exception.ts';
import type { Course } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { requireLength } from './values.ts';

type Checked = Pick<Course, 'fullname' | 'shortname' | 'idnumber' | 'startdate' | 'enddate'>;

/**
 * The rules every course must keep, new or changed.
 *
 * @param ownId of a course that exists, so that it may keep its own names
 * @throws MoodleException `errorinvalidparam`, `shortnametaken`, `courseidnumbertaken`, `enddatebeforestartdate`,
 * `nostartdate`, `dmlwriteexception`
 */
export function requireValidCourse(
  { state, release }: { state: SiteState; release: string },
  course: Checked,
  ownId?: number,
): void {
  if (course.fullname.trim() === '') throw invalidParameterNamed('fullname');
  if (course.shortname.trim() === '') throw invalidParameterNamed('shortname');
  if (isOther(state.courseByShortname(course.shortname), ownId))
    throw new MoodleException('shortnametaken', 'Short name is already used for another course');
  if (course.idnumber !== '' && isOther(state.courseByIdnumber(course.idnumber), ownId))
    throw new MoodleException('courseidnumbertaken', 'ID number is already used for another course');
  if (course.enddate > 0 && course.startdate === 0)
    throw new MoodleException('nostartdate', 'The course end date requires a start date.');
  if (course.enddate > 0 && course.enddate < course.startdate)
    throw new MoodleException('enddatebeforestartdate', 'The course end date must be after the start date.');
  requireLength(course, { fullname: isAtLeast(release, '5.0') ? 1333 : 254, shortname: 255, idnumber: 100 });
}

function isOther(found: Course | undefined, ownId: number | undefined): boolean {
  return found !== undefined && found.id !== ownId;
}
