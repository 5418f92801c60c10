import { describe, expect, it } from 'vitest';
import { Random } from '#local/demo/random.ts';
import { updateCourses } from '#shared/moodle/functions/courses.ts';
import { releaseOf, settings } from '#test/integration/random/settings.ts';
import { PullKit } from './pull-kit.ts';

/** Things that teachers do in one run; docs/testing.md says how to have more. */
const doings = Number(process.env.RANDOM_DOINGS ?? 60);
const students = 4;

/** A column, and how its teacher grades in it. */
interface Column {
  itemid: number;
  max: number;
  category: number;
  activity?: { module: 'quiz' | 'assign'; id: number; cmid: number; hasWorkflow: boolean };
}

/**
 * Teachers and administrators of one course, who do at random what they may, and what students see of it: worked out
 * from what Moodle keeps, by another way than the report's.
 */
class RandomTeachers {
  readonly columns: Column[] = [];
  /** What the ERP has to hold, by column and student: what the student saw last. */
  readonly expected: Record<string, number> = {};
  /** Cells that are empty because their student was taken out of the course. */
  readonly #emptied = new Set<string>();
  readonly #kit: PullKit;
  readonly #random: Random;
  readonly #categories: number[];

  constructor(kit: PullKit, random: Random) {
    this.#kit = kit;
    this.#random = random;
    const { gradebook } = kit.teacher;
    const outer = gradebook.addCategory(kit.courseId, 'Outer').id;
    this.#categories = [0, outer, gradebook.addCategory(kit.courseId, 'Inner', outer).id];
    for (let count = 0; count < 4; count += 1) this.#addColumn();
  }

  /** @returns what was done, to be told where something is wrong, and whether a pull has to follow at once */
  async act(): Promise<{ done: string; mustPull: boolean }> {
    const { gradebook, activities, people } = this.#kit.teacher;
    const column = this.#random.pick(this.columns);
    const student = 1 + this.#random.below(students);
    const user = this.#kit.user(student);
    const isIn = this.#isIn(student);
    const cell = `${column.itemid}/${student}`;
    const flip = this.#random.below(2) === 0;
    const doing = this.#random.below(14);
    const did = (done: string, mustPull = false) => ({ done: `${done} ${cell}`, mustPull });
    if (doing < 5 && isIn) {
      this.#grade(column, student, this.#random.below(column.max * 4 + 1) / 4);
      return did('graded');
    }
    if (doing === 5 && isIn && this.#current(column, student) !== null) {
      this.#grade(column, student, null);
      return did('took back');
    }
    if (doing === 6 && column.activity?.hasWorkflow && isIn) {
      activities.setWorkflowState(column.activity.id, user, flip ? 'released' : 'inreview');
      return did('released or not');
    }
    if (doing === 7) {
      gradebook.hide(column.itemid, flip);
      return did('hid or showed the column of');
    }
    if (doing === 8 && this.#row(column, student)) {
      gradebook.hideGrade(column.itemid, user, flip);
      return did('hid or showed the grade of');
    }
    if (doing === 9) {
      const [, outer = 0, inner = 0] = this.#categories;
      // Of a category that is shown alone in a hidden one the report says less than students see.
      const isOuterHidden = this.#kit.moodle.siteState.gradebook.categories.get(outer)?.hidden === 1;
      gradebook.hideCategory(this.#random.below(2) === 0 || isOuterHidden ? outer : inner, flip);
      return did('hid or showed a category,');
    }
    if (doing === 10 && isIn && column.activity) {
      gradebook.grade(column.itemid, user, this.#random.below(column.max + 1));
      return did('overrode');
    }
    if (doing === 11 && column.activity?.module === 'assign') {
      if (flip) activities.reopenAttempt(column.activity.id, user);
      else activities.hide(column.activity.cmid, this.#random.below(2) === 0);
      return did('reopened, hid or showed');
    }
    if (doing === 12) {
      const change = flip
        ? { showgrades: this.#random.below(2) }
        : { visible: this.#random.below(3) === 0 ? 0 : 1 };
      await updateCourses(this.#kit.site.client, [{ id: this.#kit.courseId, ...change }]);
      return did(`set ${JSON.stringify(change)}`);
    }
    if (doing === 13) {
      if (isIn) this.#leave(student);
      if (flip && isIn) people.suspend(this.#kit.courseId, user);
      else if (isIn) {
        this.#kit.unenrol(student);
        return did('unenrolled', true);
      } else await this.#kit.enrol(student);
      if (!flip && !isIn) people.resume(this.#kit.courseId, user);
      return did('suspended or enrolled', true);
    }
    if (this.#random.below(15) === 0) {
      gradebook.reset(this.#kit.courseId);
      for (let id = 1; id <= students; id += 1) if (!this.#isIn(id)) this.#leave(id);
      return did('reset');
    }
    return did('nothing');
  }

  /** What the ERP has to hold after a pull. */
  look(): Record<string, number> {
    const state = this.#kit.moodle.siteState;
    const course = state.courses.get(this.#kit.courseId)!;
    for (const column of this.columns)
      for (let student = 1; student <= students; student += 1) {
        const cell = `${column.itemid}/${student}`;
        if (!this.#isIn(student) || !this.#isShown(column, student)) continue;
        const grade = this.#current(column, student);
        const isOpen = course.visible && course.showgrades && this.#isActivityShown(column);
        if (grade !== null && isOpen) this.expected[cell] = grade;
        if (grade !== null) this.#emptied.delete(cell);
        else if (!this.#emptied.has(cell)) delete this.expected[cell];
      }
    return this.expected;
  }

  /** Whatever is empty when the student is back was not taken back by a teacher. */
  #leave(student: number): void {
    for (const { itemid } of this.columns) this.#emptied.add(`${itemid}/${student}`);
  }

  #addColumn(): void {
    const { gradebook, activities } = this.#kit.teacher;
    const { courseId } = this.#kit;
    const max = this.#random.pick([10, 20, 100]);
    const category = this.#random.pick(this.#categories);
    const place = category === 0 ? {} : { category };
    const name = `Column ${this.columns.length + 1}`;
    const module = this.#random.pick(['quiz', 'assign', 'assign', 'item'] as const);
    if (module === 'item') {
      const itemid = gradebook.addItem(courseId, { name, grademax: max, gradepass: max / 2, ...place });
      this.columns.push({ itemid, max, category });
      return;
    }
    const hasWorkflow = module === 'assign' && this.#random.below(2) === 0;
    const settings = { name, grade: max, gradepass: max / 2, ...place };
    const { id, cmid, itemid } =
      module === 'quiz'
        ? activities.addQuiz(courseId, settings)
        : activities.addAssignment(courseId, { ...settings, markingworkflow: hasWorkflow });
    this.columns.push({ itemid, max, category, activity: { module, id, cmid, hasWorkflow } });
  }

  #grade({ itemid, activity }: Column, student: number, grade: number | null): void {
    const { gradebook, activities } = this.#kit.teacher;
    const user = this.#kit.user(student);
    if (!activity) gradebook.grade(itemid, user, grade);
    else if (activity.module === 'assign') activities.gradeAssignment(activity.id, user, grade);
    else if (grade === null) activities.deleteAttempts(activity.id, user);
    else activities.finishQuiz(activity.id, user, grade);
  }

  #row({ itemid }: Column, student: number) {
    const { grades } = this.#kit.moodle.siteState.gradebook;
    return grades.find('place', `${itemid}/${this.#kit.user(student)}`)[0];
  }

  #current(column: Column, student: number): number | null {
    return this.#row(column, student)?.finalgrade ?? null;
  }

  #isIn(student: number): boolean {
    const place = this.#kit.moodle.siteState.enrolment(this.#kit.courseId, this.#kit.user(student));
    return place !== undefined && !place.suspended;
  }

  /** Whether nothing in the gradebook hides a cell. */
  #isShown(column: Column, student: number): boolean {
    const { items, categories } = this.#kit.moodle.siteState.gradebook;
    if (items.get(column.itemid)?.hidden || this.#row(column, student)?.hidden) return false;
    for (let at = categories.get(column.category); at; at = categories.get(at.parent))
      if (at.hidden) return false;
    return true;
  }

  #isActivityShown({ activity }: Column): boolean {
    return !activity || this.#kit.moodle.siteState.activities.modules.get(activity.cmid)?.visible === true;
  }
}

describe('whatever teachers do', () => {
  it.each(settings.seeds)(
    'the ERP has what each student saw last, and nothing before that (seed %d)',
    async (seed) => {
      // Without the brake, which has tests of its own.
      await using kit = await PullKit.start({
        students,
        moodle: releaseOf(seed),
        settings: { brake: { share: 1, minimum: 100_000 } },
      });
      const random = new Random(seed);
      const teachers = new RandomTeachers(kit, random);
      const story: string[] = [];
      for (let count = 0; count < doings; count += 1) {
        const { done, mustPull } = await teachers.act();
        story.push(done);
        if (!mustPull && random.below(3) > 0) continue;
        await kit.pull();
        story.push('pull');
        expect(kit.marks(), `seed ${seed}: ${story.join('; ')}`).toEqual(teachers.look());
      }
      await kit.pull();
      expect(kit.marks()).toEqual(teachers.look());
      // One exam has one mark, and the same judgement wherever it is kept.
      for (const attendee of kit.all('op.exam.attendees')) {
        const { exam_id, student_id, marks, withdrawn } = attendee;
        const line = kit
          .all('op.result.line')
          .find((each) => each.exam_id === exam_id && each.student_id === student_id);
        expect([line?.marks, line?.withdrawn]).toEqual([marks, withdrawn]);
      }
      for (const { marks, status, exam_id } of kit.all('op.result.line')) {
        const least = kit.all('op.exam').find(({ id }) => id === exam_id)?.min_marks;
        if (status !== false) expect(Number(marks) >= Number(least) ? 'pass' : 'fail').toBe(status);
      }
    },
  );
});
