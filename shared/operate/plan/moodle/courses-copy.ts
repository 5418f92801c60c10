import { escapeUTF8 } from 'entities';
import type { Warnings } from '#shared/moodle/client/warnings.ts';
import {
  type Course,
  type CourseChange,
  getCourseByField,
  getCoursesByCategory,
  getCoursesByIds,
  type NewCourse,
} from '#shared/moodle/functions/courses.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import type { CategoriesCopy } from './categories-copy.ts';
import { CopiedTable } from './copied-table.ts';
import { Asked, isMadeUp, refuse, type SiteCopy } from './site-copy.ts';

export interface CopiedCourse {
  id: number;
  fullname: string;
  shortname: string;
  categoryid: number;
  idnumber: string;
  /** 1 shown, 0 hidden. */
  visible: number;
  hasManualEnrolment: boolean;
}

/** Look-ups that are made at the same time: as many as workers call a Moodle. */
const lanes = 4;

/** The courses that a dry run has met. */
export class CoursesCopy {
  readonly table: CopiedTable<CopiedCourse, 'idnumber' | 'shortname' | 'category'>;
  readonly #site: SiteCopy;
  readonly #categories: CategoriesCopy;
  readonly #asked = {
    id: new Asked<number>(),
    category: new Asked<number>(),
    idnumber: new Asked<string>(),
    shortname: new Asked<string>(),
  };

  constructor(site: SiteCopy, categories: CategoriesCopy) {
    this.#site = site;
    this.#categories = categories;
    this.table = new CopiedTable(({ id }) => id, site.undo, {
      idnumber: ({ idnumber }: CopiedCourse) => idnumber || undefined,
      shortname: ({ shortname }: CopiedCourse) => shortname,
      category: ({ categoryid }: CopiedCourse) => categoryid,
    });
  }

  async loadByIds(ids: Iterable<number>): Promise<void> {
    const unknown = [...ids].filter((id) => !isMadeUp(id) && this.table.get(id) === undefined);
    await this.#asked.id.ask(unknown, async (fresh) =>
      this.#take(await getCoursesByIds(this.#site.moodle, fresh)),
    );
  }

  /** Moodle is asked for one name at a time; it has no function for several. */
  async loadByNames(field: 'idnumber' | 'shortname', names: Iterable<string>): Promise<void> {
    const folded = [...names].map((name) => name.toLowerCase());
    await this.#asked[field].ask(folded, async (fresh) => {
      await inLanes(fresh, { lanes, hasTime: () => true }, async (name) => {
        const course = await getCourseByField(this.#site.moodle, field, name);
        if (course) this.#take([course]);
      });
    });
  }

  /** `core_course_get_courses_by_field`, as Moodle answers it. */
  async find(field: string, value: string): Promise<{ courses: Record<string, unknown>[] }> {
    const found = await this.#find(field, value);
    return {
      courses: found.map(({ hasManualEnrolment: _hasManualEnrolment, ...course }) => ({
        ...course,
        fullname: escapeUTF8(course.fullname),
        shortname: escapeUTF8(course.shortname),
      })),
    };
  }

  /** `core_course_create_courses` */
  async create(courses: readonly NewCourse[]): Promise<{ id: number; shortname: string }[]> {
    await this.#categories.load();
    await this.loadByNames(
      'shortname',
      courses.map(({ shortname }) => shortname),
    );
    await this.loadByNames(
      'idnumber',
      courses.flatMap(({ idnumber }) => idnumber ?? []),
    );
    return this.#site.undo.allOrNothing(() => courses.map((course) => this.#create(course)));
  }

  /** `core_course_update_courses`: applies the good items and warns of the others. */
  async update(changes: readonly CourseChange[]): Promise<Warnings> {
    await this.#categories.load();
    await this.loadByIds(changes.map(({ id }) => id));
    const renamed = changes.flatMap(({ id, shortname }) =>
      shortname === undefined || shortname === this.table.get(id)?.shortname ? [] : [shortname],
    );
    await this.loadByNames('shortname', renamed);
    const warnings = changes.flatMap((change) => {
      const warningcode = this.#refusal(change);
      if (warningcode !== undefined) return [{ item: 'course', itemid: change.id, warningcode, message: '' }];
      this.#update(change);
      return [];
    });
    return { warnings };
  }

  /** The courses that lie directly in a category. */
  async inCategory(id: number): Promise<CopiedCourse[]> {
    await this.#asked.category.ask(isMadeUp(id) ? [] : [id], async () =>
      this.#take(await getCoursesByCategory(this.#site.moodle, id)),
    );
    return this.table.find('category', id);
  }

  async #find(field: string, value: string): Promise<CopiedCourse[]> {
    switch (field) {
      case 'idnumber':
      case 'shortname':
        await this.loadByNames(field, [value]);
        return this.table.find(field, value);
      case 'ids': {
        const ids = value.split(',').map(Number);
        await this.loadByIds(ids);
        return ids.flatMap((id) => this.table.get(id) ?? []);
      }
      case 'category':
        return this.inCategory(Number(value));
      default:
        throw new Error(`A dry run cannot look for courses by ${field}.`);
    }
  }

  #take(courses: readonly Course[]): void {
    this.table.take(
      courses.map(({ id, fullname, shortname, categoryid, idnumber, visible, enrollmentmethods }) => ({
        ...{ id, fullname, shortname, categoryid, idnumber, visible },
        hasManualEnrolment: enrollmentmethods?.includes('manual') ?? true,
      })),
    );
  }

  #create({ fullname, shortname, categoryid, idnumber = '', visible = 1 }: NewCourse) {
    const moodleFunction = 'core_course_create_courses';
    if (!this.#categories.table.get(categoryid)) refuse(moodleFunction, 'errorcatcontextnotvalid');
    if (this.#isTaken('shortname', shortname)) refuse(moodleFunction, 'shortnametaken');
    if (idnumber !== '' && this.#isTaken('idnumber', idnumber)) refuse(moodleFunction, 'courseidnumbertaken');
    const id = this.#site.nextId();
    this.table.put({ id, fullname, shortname, categoryid, idnumber, visible, hasManualEnrolment: true });
    return { id, shortname: escapeUTF8(shortname) };
  }

  #refusal({ id, shortname, categoryid }: CourseChange): string | undefined {
    if (!this.table.get(id)) return 'invalidrecord';
    if (shortname !== undefined && this.#isTaken('shortname', shortname, id)) return 'shortnametaken';
    if (categoryid !== undefined && !this.#categories.table.get(categoryid)) return 'invalidrecord';
    return undefined;
  }

  #update({ id, fullname, shortname, categoryid, visible }: CourseChange): void {
    const course = this.table.get(id)!;
    this.table.put({
      ...course,
      fullname: fullname ?? course.fullname,
      shortname: shortname ?? course.shortname,
      categoryid: categoryid ?? course.categoryid,
      visible: visible ?? course.visible,
    });
  }

  #isTaken(field: 'idnumber' | 'shortname', value: string, ownId?: number): boolean {
    return this.table.find(field, value).some(({ id }) => id !== ownId);
  }
}
