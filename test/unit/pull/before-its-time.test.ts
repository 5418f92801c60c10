import { describe, expect, it } from 'vitest';
import { updateCourses } from '#shared/moodle/functions/courses.ts';
import { PullKit } from './pull-kit.ts';

const [ana, ben] = [1, 2];

describe('nothing comes before its time', () => {
  it('of an assignment with marking workflow, until it is released; and no longer than that', async () => {
    await using kit = await PullKit.start();
    const { activities } = kit.teacher;
    const essay = activities.addAssignment(kit.courseId, { name: 'Essay', markingworkflow: true });
    activities.gradeAssignment(essay.id, kit.user(ana), 80, { workflowstate: 'inmarking' });
    activities.gradeAssignment(essay.id, kit.user(ben), 35, { workflowstate: 'inreview' });
    expect((await kit.pull()).written).toEqual([]);
    activities.gradeAssignment(essay.id, kit.user(ana), 72.5, { workflowstate: 'released' });
    await kit.pull();
    const activity = { module: 'assign', id: essay.id } as const;
    expect(kit.marks()).toEqual({ [`${essay.itemid}/${ana}`]: 72.5 });
    expect(kit.attendee(activity, ana)).toMatchObject({ marks: 725, grade_raw: 72.5, withdrawn: false });
    expect(kit.attendee(activity, ben)).toBeUndefined();
    // Taken out of the gradebook again, to be marked once more: students do not see it, so it is not there.
    activities.setWorkflowState(essay.id, kit.user(ana), 'inreview');
    await kit.pull();
    expect(kit.marks()).toEqual({});
    expect(kit.attendee(activity, ana)).toMatchObject({ marks: false, withdrawn: true });
  });

  it('of blind marking, until it is revealed whose the work is', async () => {
    await using kit = await PullKit.start();
    const { activities } = kit.teacher;
    const essay = activities.addAssignment(kit.courseId, { name: 'Essay', blindmarking: true });
    activities.gradeAssignment(essay.id, kit.user(ana), 64);
    expect((await kit.pull()).written).toEqual([]);
    activities.revealIdentities(essay.id);
    await kit.pull();
    expect(kit.attendee({ module: 'assign', id: essay.id }, ana)).toMatchObject({ grade_raw: 64 });
  });

  it("of one student whose grade is hidden, while another's comes", async () => {
    await using kit = await PullKit.start();
    const { activities, gradebook } = kit.teacher;
    const essay = activities.addAssignment(kit.courseId, { name: 'Essay' });
    activities.gradeAssignment(essay.id, kit.user(ana), 91);
    activities.gradeAssignment(essay.id, kit.user(ben), 58);
    gradebook.hideGrade(essay.itemid, kit.user(ana));
    await kit.pull();
    expect(kit.marks()).toEqual({ [`${essay.itemid}/${ben}`]: 58 });
    expect(kit.all('op.exam.attendees').map(({ student_id }) => student_id)).toEqual([ben]);
    gradebook.hideGrade(essay.itemid, kit.user(ana), false);
    await kit.pull();
    expect(kit.marks()).toEqual({ [`${essay.itemid}/${ana}`]: 91, [`${essay.itemid}/${ben}`]: 58 });
  });

  it('of a column that was hidden since the last pull, and is graded then', async () => {
    await using kit = await PullKit.start();
    const { activities, gradebook } = kit.teacher;
    const essay = activities.addAssignment(kit.courseId, { name: 'Essay' });
    await kit.pull();
    gradebook.hide(essay.itemid);
    activities.gradeAssignment(essay.id, kit.user(ana), 23);
    activities.gradeAssignment(essay.id, kit.user(ben), 99);
    expect((await kit.pull()).written).toEqual([]);
    gradebook.hide(essay.itemid, { until: Math.floor(Date.now() / 1000) + 86_400 });
    expect((await kit.pull()).written).toEqual([]);
    gradebook.hide(essay.itemid, { until: Math.floor(Date.now() / 1000) - 60 });
    await kit.pull();
    expect(Object.values(kit.marks())).toEqual([23, 99]);
  });

  it('of an activity that is hidden, or was made hidden, when its column says nothing of it', async () => {
    await using kit = await PullKit.start();
    const { activities } = kit.teacher;
    const draft = activities.addAssignment(kit.courseId, { name: 'Draft', visible: false });
    const quiz = activities.addQuiz(kit.courseId, { name: 'Quiz' });
    activities.gradeAssignment(draft.id, kit.user(ana), 66);
    activities.finishQuiz(quiz.id, kit.user(ana), 8);
    activities.hide(quiz.cmid);
    expect((await kit.pull()).written).toEqual([]);
    activities.hide(draft.cmid, false);
    activities.hide(quiz.cmid, false);
    await kit.pull();
    expect(Object.values(kit.marks())).toEqual([66, 8]);
  });

  it('of a hidden category: what lay in it, quizzes, what is added later, and categories inside', async () => {
    await using kit = await PullKit.start();
    const { activities, gradebook } = kit.teacher;
    const { id: category } = gradebook.addCategory(kit.courseId, 'Not yet');
    const give = (itemid: number, grade: number) => gradebook.grade(itemid, kit.user(ana), grade);
    give(gradebook.addItem(kit.courseId, { name: 'Before', category }), 11);
    const quiz = activities.addQuiz(kit.courseId, { name: 'Quiz', category });
    activities.finishQuiz(quiz.id, kit.user(ana), 4.6);
    gradebook.hideCategory(category);
    const inner = gradebook.addCategory(kit.courseId, 'Inner', category);
    give(gradebook.addItem(kit.courseId, { name: 'Nested', category: inner.id }), 33);
    give(gradebook.addItem(kit.courseId, { name: 'Later', category }), 22);
    give(gradebook.addItem(kit.courseId, { name: 'Outside' }), 77);
    await kit.pull();
    expect(Object.values(kit.marks())).toEqual([77]);
    gradebook.hideCategory(category, false);
    await kit.pull();
    expect(Object.values(kit.marks()).sort()).toEqual([11, 22, 33, 4.6, 77]);
  });

  it('of a course that does not show its gradebook, or is hidden itself', async () => {
    await using kit = await PullKit.start();
    const { activities, gradebook } = kit.teacher;
    const { client } = kit.site;
    await updateCourses(client, [{ id: kit.courseId, showgrades: 0 }]);
    gradebook.grade(gradebook.addItem(kit.courseId, { name: 'Oral' }), kit.user(ana), 81);
    const essay = activities.addAssignment(kit.courseId, { name: 'Essay' });
    activities.gradeAssignment(essay.id, kit.user(ben), 44);
    expect((await kit.pull()).written).toEqual([]);
    await updateCourses(client, [{ id: kit.courseId, showgrades: 1, visible: 0 }]);
    expect((await kit.pull()).written).toEqual([]);
    await updateCourses(client, [{ id: kit.courseId, visible: 1 }]);
    await kit.pull();
    expect(Object.values(kit.marks())).toEqual([81, 44]);
  });

  it('and what was seen once stays when it is hidden, as it was when it was seen', async () => {
    await using kit = await PullKit.start();
    const { gradebook } = kit.teacher;
    const oral = gradebook.addItem(kit.courseId, { name: 'Oral' });
    gradebook.grade(oral, kit.user(ana), 50);
    await kit.pull();
    gradebook.hide(oral);
    gradebook.grade(oral, kit.user(ana), 90);
    expect((await kit.pull()).written).toEqual([]);
    expect(kit.marks()).toEqual({ [`${oral}/${ana}`]: 50 });
  });
});
