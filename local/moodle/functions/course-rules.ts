import { isAtLeast } from '#shared/moodle/client/release.ts';
import { invalidParameterNamed, MoodleException } from '../moodle-exception.ts';
import type { Course } from '../state/records.ts';
import type { SiteState } from '../state/site-state.ts';
import { requireLength } from './values.ts';

type Checked = Pick<Course, 'fullname' | 'shortname' | 'idnumber'>;
type Dates = { startdate?: number | undefined; enddate?: number | undefined };

/**
 * The rules every course must keep, new or changed.
 *
 * @param ownId of a course that exists, so that it may keep its own names
 * @param dates those that come with the call: what a course has already counts for nothing
 * @throws MoodleException `errorinvalidparam`, `shortnametaken`, `courseidnumbertaken`, `enddatebeforestartdate`,
 * `nostartdatenoenddate`, `dmlwriteexception`
 */
export function requireValidCourse(
  { state, release }: { state: SiteState; release: string },
  course: Checked,
  { startdate = 0, enddate = 0 }: Dates,
  ownId?: number,
): void {
  if (course.fullname.trim() === '') throw invalidParameterNamed('fullname');
  if (course.shortname.trim() === '') throw invalidParameterNamed('shortname');
  if (isOther(state.courseByShortname(course.shortname), ownId))
    throw new MoodleException('shortnametaken', 'Short name is already used for another course');
  if (course.idnumber !== '' && isOther(state.courseByIdnumber(course.idnumber), ownId))
    throw new MoodleException('courseidnumbertaken', 'ID number is already used for another course');
  if (enddate !== 0 && startdate === 0)
    throw new MoodleException(
      'nostartdatenoenddate',
      'A course end date can only be set if a start date is also set.',
    );
  if (enddate !== 0 && enddate < startdate)
    throw new MoodleException('enddatebeforestartdate', 'The course end date must be after the start date.');
  requireLength(course, { fullname: isAtLeast(release, '5.0') ? 1333 : 254, shortname: 255, idnumber: 100 });
}

function isOther(found: Course | undefined, ownId: number | undefined): boolean {
  return found !== undefined && found.id !== ownId;
}
