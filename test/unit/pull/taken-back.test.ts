import { beforeEach, describe, expect, it } from 'vitest';
import { updateUsers } from '#shared/moodle/functions/users.ts';
import { keepHeld, releaseBrake } from '#shared/sync/limits/brake.ts';
import { PullKit } from './pull-kit.ts';

const [ana, ben, cleo] = [1, 2, 3];

/** A course with an oral and a paper, in which each student has a mark of each: 90, 65; 91, 66; … */
async function graded(students = 3, settings = {}) {
  const kit = await PullKit.start({ students, settings });
  const { gradebook } = kit.teacher;
  const oral = gradebook.addItem(kit.courseId, { name: 'Oral' });
  const paper = gradebook.addItem(kit.courseId, { name: 'Paper' });
  const give = (student: number) => {
    gradebook.grade(oral, kit.user(student), 89 + student);
    gradebook.grade(paper, kit.user(student), 64 + student);
  };
  for (let student = 1; student <= students; student += 1) give(student);
  await kit.pull();
  return { kit, oral, paper, all: kit.marks(), gradebook, give };
}

describe('what a display setting does not show is not taken back', () => {
  it('where the report of the course, or of the site, shows no grades; and it is said so', async () => {
    const { kit, all, gradebook, oral } = await graded();
    await using _ = kit;
    gradebook.setReport(kit.courseId, { grade: false });
    expect((await kit.pull()).written).toEqual([]);
    expect(kit.counts.PullsRefused).toBe(1);
    expect(kit.warnings).toEqual([expect.stringContaining('The user report shows no grades')]);
    gradebook.setReport(kit.courseId, { grade: true });
    gradebook.grade(oral, kit.user(ana), 95);
    await kit.pull();
    expect(kit.marks()).toEqual({ ...all, [`${oral}/${ana}`]: 95 });
  });

  it('where it shows no range: the percentages tell it', async () => {
    await using kit = await PullKit.start();
    const { gradebook, activities } = kit.teacher;
    gradebook.setReport(kit.courseId, { range: false });
    const oral = gradebook.addItem(kit.courseId, { name: 'Oral' });
    gradebook.grade(oral, kit.user(ana), 88);
    gradebook.grade(oral, kit.user(ben), 12);
    const essay = activities.addAssignment(kit.courseId, { name: 'Essay', grade: 7.5 });
    activities.gradeAssignment(essay.id, kit.user(cleo), 5.5);
    const words = gradebook.addScaleItem(kit.courseId, { name: 'Effort', scale: ['Poor', 'Fair'] });
    gradebook.grade(words, kit.user(ana), 2);
    await kit.pull();
    expect(kit.line(oral, ana)).toMatchObject({ grade_raw: 88, grade_max: 100, marks: 880 });
    expect(kit.line(essay.itemid, cleo)).toMatchObject({ grade_raw: 5.5, grade_max: 7.5, marks: 5500 });
    expect(Object.keys(kit.marks())).toHaveLength(3);
    // With the range nothing is other than it was.
    gradebook.setReport(kit.courseId, { range: true });
    expect((await kit.pull()).written).toEqual([]);
  });

  it('while Moodle works a column out again', async () => {
    const { kit, all, gradebook, oral } = await graded();
    await using _ = kit;
    gradebook.invalidate(oral);
    expect((await kit.pull()).written).toEqual([]);
    gradebook.invalidate(oral, false);
    await kit.pull();
    expect(kit.marks()).toEqual(all);
  });
});

describe('what was emptied with a student is not taken back', () => {
  it.each([
    ['and the pull has seen the course without the student', true],
    ['between two pulls', false],
  ])('when the student is unenrolled and enrolled again, %s', async (_when, isSeen) => {
    const { kit, all, gradebook, oral } = await graded();
    await using _ = kit;
    kit.unenrol(ana);
    if (isSeen) expect((await kit.pull()).written).toEqual([]);
    await kit.enrol(ana);
    expect((await kit.pull()).written).toEqual([]);
    expect(kit.marks()).toEqual(all);
    // Whatever a teacher does with it afterwards counts.
    gradebook.grade(oral, kit.user(ana), 70);
    await kit.pull();
    expect(kit.marks()).toEqual({ ...all, [`${oral}/${ana}`]: 70 });
    gradebook.grade(oral, kit.user(ana), null);
    await kit.pull();
    expect(kit.line(oral, ana)).toMatchObject({ withdrawn: true });
    expect(Object.keys(kit.marks())).toHaveLength(5);
  });

  it('also where the report does not tell which cells have a row: then an operator is asked', async () => {
    const { kit, all, gradebook } = await graded();
    await using _ = kit;
    gradebook.setReport(kit.courseId, { weight: false });
    kit.unenrol(ana);
    await kit.enrol(ana);
    expect((await kit.pull()).written).toEqual([]);
    expect(kit.marks()).toEqual(all);
    expect(kit.counts.MarksHeld).toBe(2);
  });

  it('and a grade that is given again as it was can be taken back', async () => {
    const { kit, gradebook, oral } = await graded();
    await using _ = kit;
    kit.unenrol(ana);
    await kit.enrol(ana);
    await kit.pull();
    gradebook.grade(oral, kit.user(ana), 90);
    expect((await kit.pull()).written).toEqual([]);
    gradebook.grade(oral, kit.user(ana), null);
    await kit.pull();
    expect(kit.line(oral, ana)).toMatchObject({ withdrawn: true });
  });
});

describe('the brake on the way back', () => {
  let made: Awaited<ReturnType<typeof graded>>;
  const brake = () => made.kit.brakes.get('marks');
  const give = (next: (state: NonNullable<ReturnType<typeof brake>>) => ReturnType<typeof brake>) =>
    made.kit.brakes.set('marks', next(brake()!)!);
  const later = () => made.kit.clock.now() + 7_200_000;

  beforeEach(async () => {
    made = await graded(4);
    return () => made.kit.moodle.stop();
  });

  it('lets a teacher take back a few marks', async () => {
    const { kit, gradebook, oral } = made;
    for (const student of [ana, ben, cleo]) gradebook.grade(oral, kit.user(student), null);
    expect((await kit.pull()).written).toEqual(
      [ana, ben, cleo].map((id) => `op.result.line ${kit.line(oral, id)?.id}`),
    );
    expect(brake()).toMatchObject({ holds: 5, count: 3 });
  });

  it('stops before the first where a course is reset, says how many, and goes on with what is given', async () => {
    const { kit, all, gradebook, oral } = made;
    gradebook.reset(kit.courseId);
    expect((await kit.pull()).written).toEqual([]);
    gradebook.grade(oral, kit.user(ana), 55);
    await kit.pull();
    expect(kit.marks()).toEqual({ ...all, [`${oral}/${ana}`]: 55 });
    expect(brake()?.engaged_at).toBeDefined();
    expect(kit.mappings.rows.get('oec_subj_1_course_1')).toMatchObject({
      pull_gradebook: { held: 7, marks: 8 },
    });
    expect(kit.warnings).toContainEqual(expect.stringContaining('The brake is on'));
    expect(kit.counts.MarksHeld).toBe(15);
  });

  it('takes back what it holds when the operator says that it is meant', async () => {
    const { kit, gradebook } = made;
    gradebook.reset(kit.courseId);
    await kit.pull();
    give((state) => releaseBrake(state, later()));
    expect((await kit.pull()).written).toHaveLength(8);
    expect(kit.marks()).toEqual({});
    expect(brake()).toMatchObject({ holds: 0 });
    expect((await kit.pull()).written).toEqual([]);
  });

  it('leaves it for good when the operator says that it stays', async () => {
    const { kit, all, gradebook, oral } = made;
    gradebook.reset(kit.courseId);
    await kit.pull();
    give((state) => keepHeld(state, later()));
    expect((await kit.pull()).written).toEqual([]);
    for (let hours = 0; hours < 4; hours += 1) await kit.pull();
    expect(kit.marks()).toEqual(all);
    expect(brake()?.engaged_at).toBeUndefined();
    expect(kit.mappings.rows.get('oec_subj_1_course_1')).not.toMatchObject({ pull_gradebook: { held: 8 } });
    gradebook.grade(oral, kit.user(ben), 10);
    await kit.pull();
    expect(kit.marks()).toEqual({ ...all, [`${oral}/${ben}`]: 10 });
  });

  it('counts what a whole instance loses in an hour, too', async () => {
    const { kit, gradebook, oral } = made;
    kit.instance = { ...kit.instance, brake: { share: 0, minimum: 1 } };
    gradebook.grade(oral, kit.user(ana), null);
    gradebook.grade(oral, kit.user(ben), null);
    expect((await kit.pull()).written).toEqual([]);
    expect(brake()?.engaged_at).toBeDefined();
  });
});

describe('nothing is lost', () => {
  it('of an assignment that is shown later than another was pulled', async () => {
    await using kit = await PullKit.start();
    const { activities } = kit.teacher;
    const hidden = activities.addAssignment(kit.courseId, { name: 'Hidden' });
    activities.gradeAssignment(hidden.id, kit.user(ana), 55, { at: 1_000_000 });
    activities.hide(hidden.cmid);
    const other = activities.addAssignment(kit.courseId, { name: 'Other' });
    activities.gradeAssignment(other.id, kit.user(ana), 66);
    await kit.pull();
    activities.hide(hidden.cmid, false);
    await kit.pull();
    expect(kit.attendee({ module: 'assign', id: hidden.id }, ana)).toMatchObject({ grade_raw: 55 });
  });

  it('of what was graded before the account had its ID number', async () => {
    await using kit = await PullKit.start();
    const { activities } = kit.teacher;
    const mapping = kit.mappings.rows.get('oec_student_1')!;
    await updateUsers(kit.site.client, [{ id: kit.user(ana), idnumber: '' }]);
    kit.mappings.rows.delete('oec_student_1');
    const essay = activities.addAssignment(kit.courseId, { name: 'Essay' });
    activities.gradeAssignment(essay.id, kit.user(ana), 88);
    activities.gradeAssignment(essay.id, kit.user(ben), 77);
    await kit.pull();
    expect(kit.marks()).toEqual({ [`${essay.itemid}/${ben}`]: 77 });
    kit.mappings.rows.set('oec_student_1', mapping);
    await updateUsers(kit.site.client, [{ id: kit.user(ana), idnumber: 'oec_student_1' }]);
    await kit.pull();
    expect(kit.attendee({ module: 'assign', id: essay.id }, ana)).toMatchObject({ grade_raw: 88 });
  });

  it('of a team without a submission, a reopened attempt, or what the recycle bin has given back', async () => {
    await using kit = await PullKit.start();
    const { activities } = kit.teacher;
    const talk = activities.addAssignment(kit.courseId, { name: 'Talk' });
    for (const student of [ana, ben])
      activities.gradeAssignment(talk.id, kit.user(student), 70, { at: 1_000_000 });
    await kit.pull();
    expect(kit.all('op.exam.attendees').map(({ grade_raw }) => grade_raw)).toEqual([70, 70]);
    activities.reopenAttempt(talk.id, kit.user(ana));
    expect((await kit.pull()).written).toEqual([]);
    const again = activities.recycleAssignment(talk);
    await kit.pull();
    expect(kit.attendee({ module: 'assign', id: again.id }, ben)).toMatchObject({ grade_raw: 70 });
    // What belonged to the one that was deleted stays.
    expect(kit.attendee({ module: 'assign', id: talk.id }, ben)).toMatchObject({
      grade_raw: 70,
      withdrawn: false,
    });
  });

  it('of an override: one exam has one mark; and a new range counts everybody anew', async () => {
    await using kit = await PullKit.start();
    const { activities, gradebook } = kit.teacher;
    const essay = activities.addAssignment(kit.courseId, { name: 'Essay' });
    const quiz = activities.addQuiz(kit.courseId, { name: 'Quiz', grade: 5, gradepass: 4.5 });
    activities.gradeAssignment(essay.id, kit.user(ana), 40);
    activities.finishQuiz(quiz.id, kit.user(ana), 4);
    await kit.pull();
    gradebook.grade(essay.itemid, kit.user(ana), 60);
    gradebook.grade(quiz.itemid, kit.user(ana), 5);
    await kit.pull();
    const attendees = [
      kit.attendee({ module: 'assign', id: essay.id }, ana),
      kit.attendee({ module: 'quiz', id: quiz.id }, ana),
    ];
    expect(attendees).toMatchObject([{ grade_raw: 60 }, { grade_raw: 5 }]);
    expect(kit.line(essay.itemid, ana)).toMatchObject({ marks: attendees[0]?.marks });
    expect(kit.line(quiz.itemid, ana)).toMatchObject({ marks: attendees[1]?.marks, status: 'pass' });
    activities.rescale(essay.id, 50);
    await kit.pull();
    expect(kit.attendee({ module: 'assign', id: essay.id }, ana)).toMatchObject({
      grade_raw: 30,
      grade_max: 50,
    });
  });
});

describe('whose mark it is', () => {
  it('the mapping tells: an older account with the same ID number, and a number typed into the profile', async () => {
    await using kit = await PullKit.start();
    const { gradebook } = kit.teacher;
    const oral = gradebook.addItem(kit.courseId, { name: 'Oral' });
    gradebook.grade(oral, kit.user(ana), 10);
    gradebook.grade(oral, kit.user(ben), 20);
    gradebook.grade(oral, kit.user(cleo), 30);
    // Ana and Cleo say that they are Ben.
    await updateUsers(kit.site.client, [
      { id: kit.user(ana), idnumber: 'oec_student_2' },
      { id: kit.user(cleo), idnumber: 'oec_student_2' },
    ]);
    await kit.pull();
    expect(kit.marks()).toEqual({ [`${oral}/1`]: 10, [`${oral}/2`]: 20, [`${oral}/3`]: 30 });
  });
});
