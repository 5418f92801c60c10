import { escapeUTF8 } from 'entities';
import { type GroupChange, getCourseGroups, type NewGroup } from '#shared/moodle/functions/groups.ts';
import { CopiedTable } from './copied-table.ts';
import type { CoursesCopy } from './courses-copy.ts';
import { Asked, isMadeUp, refuse, type SiteCopy } from './site-copy.ts';

export interface CopiedGroup {
  id: number;
  courseid: number;
  name: string;
  idnumber: string;
}

/** Tells in which course a group is known to be: Moodle has no function that would. */
export type CourseOfGroup = (groupid: number) => Promise<number | undefined>;

/** The groups of the courses that a dry run has met. */
export class GroupsCopy {
  readonly table: CopiedTable<CopiedGroup, 'course' | 'name' | 'idnumber'>;
  readonly #site: SiteCopy;
  readonly #courses: CoursesCopy;
  readonly #courseOfGroup: CourseOfGroup;
  readonly #asked = new Asked<number>();

  constructor(site: SiteCopy, courses: CoursesCopy, courseOfGroup: CourseOfGroup) {
    this.#site = site;
    this.#courses = courses;
    this.#courseOfGroup = courseOfGroup;
    this.table = new CopiedTable(({ id }) => id, site.undo, {
      course: ({ courseid }: CopiedGroup) => courseid,
      name: ({ courseid, name }: CopiedGroup) => `${courseid}/${name}`,
      idnumber: ({ courseid, idnumber }: CopiedGroup) => (idnumber ? `${courseid}/${idnumber}` : undefined),
    });
  }

  /** `core_group_get_course_groups`, as Moodle answers it. */
  async find(courseid: number): Promise<Record<string, unknown>[]> {
    await this.load(courseid);
    return this.table.find('course', courseid).map((group) => ({ ...group, name: escapeUTF8(group.name) }));
  }

  async load(courseid: number): Promise<void> {
    await this.#asked.ask(isMadeUp(courseid) ? [] : [courseid], async () =>
      this.table.take(await getCourseGroups(this.#site.moodle, courseid)),
    );
  }

  /** Reads what can be found of these groups. */
  async loadByIds(ids: Iterable<number>): Promise<void> {
    for (const id of new Set(ids)) {
      if (this.table.get(id)) continue;
      const courseid = await this.#courseOfGroup(id);
      if (courseid !== undefined) await this.load(courseid);
    }
  }

  /** `core_group_create_groups` */
  async create(groups: readonly NewGroup[]): Promise<Record<string, unknown>[]> {
    for (const { courseid } of groups) await this.load(courseid);
    await this.#courses.loadByIds(groups.map(({ courseid }) => courseid));
    const moodleFunction = 'core_group_create_groups';
    return this.#site.undo.allOrNothing(() =>
      groups.map(({ courseid, idnumber = '', ...group }) => {
        const name = group.name.trim();
        this.#requireFreeName(moodleFunction, courseid, name);
        if (this.table.find('idnumber', `${courseid}/${idnumber}`).length > 0)
          refuse(moodleFunction, 'idnumbertaken');
        const made = { id: this.#site.nextId(), courseid, name, idnumber };
        this.table.put(made);
        return { ...made, name: escapeUTF8(name) };
      }),
    );
  }

  /** `core_group_update_groups` */
  async update(changes: readonly GroupChange[]): Promise<null> {
    await this.loadByIds(changes.map(({ id }) => id));
    // The report names them.
    await this.#courses.loadByIds(changes.flatMap(({ id }) => this.table.get(id)?.courseid ?? []));
    const moodleFunction = 'core_group_update_groups';
    return this.#site.undo.allOrNothing(() => {
      for (const { id, ...change } of changes) {
        const group = this.table.get(id) ?? refuse(moodleFunction, 'invalidparameter');
        const name = change.name.trim();
        this.#requireFreeName(moodleFunction, group.courseid, name, id);
        this.table.put({ ...group, name });
      }
      return null;
    });
  }

  #requireFreeName(moodleFunction: string, courseid: number, name: string, ownId?: number): void {
    const isTaken = this.table.find('name', `${courseid}/${name}`).some(({ id }) => id !== ownId);
    if (isTaken) refuse(moodleFunction, 'invalidparameter');
  }
}
