import { escapeUTF8 } from 'entities';
import {
  type CategoryChange,
  getAllCategories,
  type NewCategory,
} from '#shared/moodle/functions/categories.ts';
import { CopiedTable } from './copied-table.ts';
import { refuse, type SiteCopy } from './site-copy.ts';

export interface CopiedCategory {
  id: number;
  name: string;
  idnumber: string;
  /** 0 at the top. */
  parent: number;
}

/** The categories of a Moodle. They are few, so one call reads them all. */
export class CategoriesCopy {
  readonly table: CopiedTable<CopiedCategory, 'idnumber'>;
  readonly #site: SiteCopy;
  #loading: Promise<void> | undefined;

  constructor(site: SiteCopy) {
    this.#site = site;
    this.table = new CopiedTable<CopiedCategory, 'idnumber'>(({ id }) => id, site.undo, {
      idnumber: ({ idnumber }) => idnumber || undefined,
    });
  }

  load(): Promise<void> {
    this.#loading ??= getAllCategories(this.#site.moodle).then((all) =>
      this.table.take(all.map(({ id, name, idnumber, parent }) => ({ id, name, idnumber, parent }))),
    );
    return this.#loading;
  }

  /** `core_course_get_categories` without subcategories, as Moodle answers it. */
  async find(criteria: readonly { key: string; value: string }[]): Promise<Record<string, unknown>[]> {
    await this.load();
    const found = [...this.table.all()].filter((category) =>
      criteria.every(({ key, value }) => {
        if (key === 'idnumber') return category.idnumber.toLowerCase() === value.toLowerCase();
        if (key === 'ids') return value.split(',').includes(String(category.id));
        throw new Error(`A dry run cannot look for categories by ${key}.`);
      }),
    );
    return found.map((category) => {
      const path = this.#path(category.id);
      return { ...category, name: escapeUTF8(category.name), path: `/${path.join('/')}`, depth: path.length };
    });
  }

  /** `core_course_create_categories` */
  async create(categories: readonly NewCategory[]): Promise<{ id: number; name: string }[]> {
    await this.load();
    const name = 'core_course_create_categories';
    return this.#site.undo.allOrNothing(() =>
      categories.map((category) => {
        const { parent = 0, idnumber = '' } = category;
        if (parent !== 0 && !this.table.get(parent)) refuse(name, 'unknowcategory');
        this.#requireFree(name, idnumber);
        const id = this.#site.nextId();
        this.table.put({ id, name: category.name, idnumber, parent });
        return { id, name: escapeUTF8(category.name) };
      }),
    );
  }

  /** `core_course_update_categories` */
  async update(changes: readonly CategoryChange[]): Promise<null> {
    await this.load();
    return this.#site.undo.allOrNothing(() => {
      for (const change of changes) this.#update(change);
      return null;
    });
  }

  #update({ id, name, idnumber, parent }: CategoryChange): void {
    const category = this.table.get(id);
    const moodleFunction = 'core_course_update_categories';
    if (!category) refuse(moodleFunction, 'unknowncategory');
    if (idnumber !== undefined) this.#requireFree(moodleFunction, idnumber, id);
    if (parent !== undefined && parent !== 0) {
      if (!this.table.get(parent)) refuse(moodleFunction, 'invalidrecord');
      if (this.#path(parent).includes(id)) refuse(moodleFunction, 'cannotmovecategory');
    }
    this.table.put({
      ...category,
      name: name ?? category.name,
      idnumber: idnumber ?? category.idnumber,
      parent: parent ?? category.parent,
    });
  }

  #requireFree(moodleFunction: string, idnumber: string, ownId?: number): void {
    if (idnumber === '') return;
    const isTaken = this.table.find('idnumber', idnumber).some(({ id }) => id !== ownId);
    if (isTaken) refuse(moodleFunction, 'categoryidnumbertaken');
  }

  /** The ids from the top down to this one. */
  #path(id: number): number[] {
    const path: number[] = [];
    for (let at = this.table.get(id); at; at = this.table.get(at.parent)) path.unshift(at.id);
    return path;
  }
}
