import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Course,
  type CourseChange,
  createCourses,
  getCourseByField,
  getCoursesByIds,
  type NewCourse,
  updateCourses,
} from '#shared/moodle/functions/courses.ts';
import { getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { addGroupMembers } from '#shared/moodle/functions/groups.ts';
import { summaryHtml, summaryText } from '#shared/moodle/structure/course-summary.ts';
import {
  isMissing,
  makeCategory,
  makeGroup,
  makeStudent,
  newCourse,
  nowhere,
  refusal,
  unique,
} from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
let category: number;
beforeAll(async () => {
  category = (await makeCategory(peer.client)).id;
});

const create = (...courses: NewCourse[]) => createCourses(peer.client, courses);
const make = async (fields: Partial<NewCourse> = {}) => (await create(newCourse(category, fields)))[0]!.id;
const update = async (...changes: CourseChange[]) => {
  const { warnings } = await updateCourses(peer.client, changes);
  return warnings.map(({ itemid, warningcode }) => ({ itemid, warningcode }));
};
const byId = async (id: number): Promise<Course> => (await getCoursesByIds(peer.client, [id]))[0]!;
const fill = (size: number) => unique('x').padEnd(size, '0');

describe('creating courses', () => {
  it('answers id and shortname in the order of the items', async () => {
    const courses = [newCourse(category), newCourse(category)];
    expect((await create(...courses)).map(({ shortname }) => shortname)).toEqual(
      courses.map(({ shortname }) => shortname),
    );
  });

  it('comes back with the names a person typed, though Moodle answers them escaped', async () => {
    const course = newCourse(category, { fullname: 'Law & Order “x”', shortname: unique('L&O') });
    const [created] = await create(course);
    expect(created!.shortname).toBe(course.shortname);
    expect(await byId(created!.id)).toMatchObject({ fullname: course.fullname, shortname: course.shortname });
  });

  it('is all or nothing', async () => {
    const good = newCourse(category);
    expect(await refusal(create(good, newCourse(nowhere)))).toBe('errorcatcontextnotvalid');
    expect(await getCourseByField(peer.client, 'idnumber', good.idnumber!)).toBeUndefined();
  });

  it('wants each shortname and each idnumber once, whatever the case', async () => {
    const first = newCourse(category);
    await create(first);
    const again = (fields: Partial<NewCourse>) => refusal(create(newCourse(category, fields)));
    expect(await again({ shortname: first.shortname })).toBe('shortnametaken');
    expect(await again({ shortname: first.shortname.toUpperCase() })).toBe('shortnametaken');
    expect(await again({ idnumber: first.idnumber })).toBe('courseidnumbertaken');
  });

  it('takes 254 characters of fullname at least, 255 of shortname, 100 of idnumber', async () => {
    const withField = (fields: Partial<NewCourse>) => refusal(create(newCourse(category, fields)));
    expect(
      await withField({ fullname: fill(254), shortname: fill(255), idnumber: fill(100) }),
    ).toBeUndefined();
    expect(await withField({ shortname: fill(256) })).toBe('dmlwriteexception');
    expect(await withField({ idnumber: fill(101) })).toBe('dmlwriteexception');
  });

  it('refuses empty names', async () => {
    expect(await refusal(create(newCourse(category, { fullname: ' ' })))).toBe('errorinvalidparam');
    expect(await refusal(create(newCourse(category, { shortname: ' ' })))).toBe('errorinvalidparam');
  });

  it('refuses names that hold a tag', async () => {
    expect(await refusal(create(newCourse(category, { fullname: '<b>Law</b>' })))).toBe('invalidparameter');
  });

  it('refuses an end before the start', async () => {
    const dates = { startdate: 1_800_000_000, enddate: 1_700_000_000 };
    expect(await refusal(create(newCourse(category, dates)))).toBe('enddatebeforestartdate');
  });

  it('takes an end with a start only, and none as 0', async () => {
    const [startdate, enddate] = [1_800_000_000, 1_810_000_000];
    const withDates = (dates: Partial<NewCourse>) => refusal(create(newCourse(category, dates)));
    expect(await withDates({ startdate: 0, enddate })).toBe('nostartdatenoenddate');
    // It begins today where it is not said.
    expect(await withDates({ enddate: 1_500_000_000 })).toBe('enddatebeforestartdate');
    expect(await byId(await make({ startdate, enddate, visible: 0 }))).toMatchObject({
      startdate,
      enddate,
      visible: 0,
    });
    expect(await byId(await make({ startdate, enddate: 0 }))).toMatchObject({ startdate, enddate: 0 });
  });

  it('makes a course that begins today and ends after a year where nothing else is said', async () => {
    const { startdate, enddate } = await byId(await make());
    expect(enddate - startdate).toBe(365 * 86_400);
  });

  it('keeps a summary as it was sent, and answers it cleaned and without its filters', async () => {
    const text =
      'Law & "Order" <b>now</b> :-) https://example.org $$a$$ <script>alert(1)</script>\nsecond line';
    const id = await make({ summary: summaryHtml(text), summaryformat: 1 });
    expect(summaryText((await byId(id)).summary!)).toBe(text);
    expect(await update({ id, summary: summaryHtml('Other & “text” ñ'), summaryformat: 1 })).toEqual([]);
    expect(summaryText((await byId(id)).summary!)).toBe('Other & “text” ñ');
    expect(await update({ id, summary: '' })).toEqual([]);
    expect((await byId(id)).summary).toBe('');
    // Teachers' own.
    await update({ id, summary: '<p>One&nbsp;<b>two</b></p><ul><li>three</li></ul>' });
    expect(summaryText((await byId(id)).summary!)).toBe('One two\nthree');
  });

  it('makes a hidden course', async () => {
    expect((await byId(await make({ visible: 0 }))).visible).toBe(0);
  });
});

describe('updating courses', () => {
  it('renames, moves and hides, and leaves the rest', async () => {
    const { idnumber, ...course } = newCourse(category);
    const id = await make({ ...course, idnumber });
    const elsewhere = (await makeCategory(peer.client)).id;
    expect(await update({ id, fullname: 'Renamed', categoryid: elsewhere, visible: 0 })).toEqual([]);
    expect(await byId(id)).toMatchObject({
      fullname: 'Renamed',
      shortname: course.shortname,
      idnumber,
      categoryid: elsewhere,
      visible: 0,
    });
  });

  it('looks at the dates of the call only', async () => {
    const [startdate, enddate] = [1_800_000_000, 1_810_000_000];
    const id = await make({ startdate, enddate });
    const dates = async () => {
      const course = await byId(id);
      return [course.startdate, course.enddate];
    };
    expect(await update({ id, enddate: enddate + 60 })).toEqual([
      { itemid: id, warningcode: 'nostartdatenoenddate' },
    ]);
    expect(await update({ id, startdate, enddate: startdate - 60 })).toEqual([
      { itemid: id, warningcode: 'enddatebeforestartdate' },
    ]);
    expect(await dates()).toEqual([startdate, enddate]);
    expect(await update({ id, startdate: enddate + 60 })).toEqual([]);
    expect(await dates()).toEqual([enddate + 60, enddate]);
    expect(await update({ id, startdate, enddate: enddate + 60 })).toEqual([]);
    expect(await dates()).toEqual([startdate, enddate + 60]);
    expect(await update({ id, enddate: 0 })).toEqual([]);
    expect(await dates()).toEqual([startdate, 0]);
  });

  it('enrols in a hidden course, and puts into its groups', async () => {
    const id = await make({ visible: 0 });
    const userid = await makeStudent(peer.client, id);
    await addGroupMembers(peer.client, [{ groupid: await makeGroup(peer.client, id), userid }]);
    const [student] = await getEnrolledUsers(peer.client, id, { userfields: ['id', 'groups'] });
    expect(student).toMatchObject({ id: userid, groups: [expect.anything()] });
  });

  it('shows again', async () => {
    const id = await make({ visible: 0 });
    await update({ id, visible: 1 });
    expect((await byId(id)).visible).toBe(1);
  });

  it('applies the good items and warns of the others', async () => {
    const other = newCourse(category);
    await create(other);
    const [id, shortname, idnumber, moved] = [await make(), await make(), await make(), await make()];
    expect(
      await update(
        { id: nowhere, fullname: 'Nothing' },
        { id: shortname, shortname: other.shortname },
        { id: idnumber, idnumber: other.idnumber },
        { id: moved, categoryid: nowhere },
        { id, fullname: 'Renamed' },
      ),
    ).toEqual([
      { itemid: nowhere, warningcode: expect.toSatisfy(isMissing) },
      { itemid: shortname, warningcode: 'shortnametaken' },
      { itemid: idnumber, warningcode: 'courseidnumbertaken' },
      { itemid: moved, warningcode: expect.toSatisfy(isMissing) },
    ]);
    expect((await byId(id)).fullname).toBe('Renamed');
  });

  it('warns of a value that is too long', async () => {
    const id = await make();
    expect(await update({ id, shortname: fill(256) })).toEqual([
      { itemid: id, warningcode: 'dmlwriteexception' },
    ]);
  });

  it('refuses the whole call for a name with a tag', async () => {
    const [good, id] = [await make(), await make()];
    const call = update({ id: good, fullname: 'Renamed' }, { id, fullname: '<b>x</b>' });
    expect(await refusal(call)).toBe('invalidparameter');
    expect((await byId(good)).fullname).not.toBe('Renamed');
  });
});

describe('finding courses', () => {
  it('finds by idnumber and by shortname, whatever the case', async () => {
    const course = newCourse(category);
    const id = await make(course);
    for (const field of ['idnumber', 'shortname'] as const) {
      expect((await getCourseByField(peer.client, field, course[field]!))?.id).toBe(id);
      expect((await getCourseByField(peer.client, field, course[field]!.toUpperCase()))?.id).toBe(id);
      expect(await getCourseByField(peer.client, field, unique('nobody'))).toBeUndefined();
    }
  });

  it('finds a shortname that Moodle answers escaped', async () => {
    const shortname = unique('L&O');
    const id = await make({ shortname });
    expect((await getCourseByField(peer.client, 'shortname', shortname))?.id).toBe(id);
  });

  it('finds hidden courses too', async () => {
    const course = newCourse(category, { visible: 0 });
    const id = await make(course);
    expect((await getCourseByField(peer.client, 'idnumber', course.idnumber!))?.id).toBe(id);
  });

  it('finds many by id and leaves the unknown out', async () => {
    const ids = [await make(), await make()];
    const found = await getCoursesByIds(peer.client, [ids[0]!, nowhere, ids[1]!]);
    expect(found.map(({ id }) => id).sort()).toEqual(ids.sort());
  });
});
