import { describe, expect, it } from 'vitest';
import {
  type Category,
  type CategoryChange,
  createCategories,
  getAllCategories,
  getCategoriesByIds,
  getCategoryByIdnumber,
  type NewCategory,
  updateCategories,
} from '#shared/moodle/functions/categories.ts';
import { isMissing, makeCategory, nowhere, refusal, unique } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
const create = (...categories: NewCategory[]) => createCategories(peer.client, categories);
const update = (...changes: CategoryChange[]) => updateCategories(peer.client, changes);
const byId = async (id: number): Promise<Category> => (await getCategoriesByIds(peer.client, [id]))[0]!;

describe('creating categories', () => {
  it('makes a tree, and knows its depth and path', async () => {
    const top = await makeCategory(peer.client);
    const below = await makeCategory(peer.client, top.id);
    expect(await byId(below.id)).toMatchObject({
      parent: top.id,
      depth: 2,
      path: `/${top.id}/${below.id}`,
      visible: 1,
    });
  });

  it('comes back with the name a person typed, though Moodle answers it escaped', async () => {
    const name = unique('Law & Order “x” \'y\' "z" — é 🎓');
    const [created] = await create({ name });
    expect(created!.name).toBe(name);
    expect((await byId(created!.id)).name).toBe(name);
  });

  it('is all or nothing', async () => {
    const idnumber = unique('good');
    expect(await refusal(create({ name: idnumber, idnumber }, { name: 'bad', parent: nowhere }))).toBe(
      'unknowcategory',
    );
    expect(await getCategoryByIdnumber(peer.client, idnumber)).toBeUndefined();
  });

  it('wants each idnumber once, but allows any name twice', async () => {
    const { idnumber } = await makeCategory(peer.client);
    expect(await refusal(create({ name: 'another', idnumber }))).toBe('categoryidnumbertaken');
    expect(await refusal(create({ name: idnumber }, { name: idnumber }))).toBeUndefined();
    const twice = unique('twice');
    expect(await refusal(create({ name: 'a', idnumber: twice }, { name: 'b', idnumber: twice }))).toBe(
      'categoryidnumbertaken',
    );
  });

  it('takes 255 characters of name and 100 of idnumber', async () => {
    const fill = (size: number) => unique('x').padEnd(size, '0');
    expect(await refusal(create({ name: fill(255), idnumber: fill(100) }))).toBeUndefined();
    expect(await refusal(create({ name: fill(256) }))).toBe('categorytoolong');
    expect(await refusal(create({ name: 'x', idnumber: fill(101) }))).toBe('idnumbertoolong');
  });

  it('refuses an empty name, one that PHP takes for empty, and a name that holds a tag', async () => {
    expect(await refusal(create({ name: '' }))).toBe('categorynamerequired');
    expect(await refusal(create({ name: '0' }))).toBe('categorynamerequired');
    expect(await refusal(create({ name: '00' }))).toBeUndefined();
    expect(await refusal(create({ name: '<b>Law</b>' }))).toBe('invalidparameter');
  });
});

describe('updating categories', () => {
  it('renames and moves', async () => {
    const [from, to] = [await makeCategory(peer.client), await makeCategory(peer.client)];
    const { id, idnumber } = await makeCategory(peer.client, from.id);
    await update({ id, name: 'Renamed & moved', parent: to.id });
    expect(await byId(id)).toMatchObject({ name: 'Renamed & moved', parent: to.id, idnumber });
  });

  it('moves what is below along', async () => {
    const [from, to] = [await makeCategory(peer.client), await makeCategory(peer.client)];
    const child = await makeCategory(peer.client, from.id);
    await update({ id: from.id, parent: to.id });
    expect((await byId(child.id)).path).toBe(`/${to.id}/${from.id}/${child.id}`);
  });

  it('does not move a category below its own child', async () => {
    const top = await makeCategory(peer.client);
    const below = await makeCategory(peer.client, top.id);
    expect(await refusal(update({ id: top.id, parent: below.id }))).toBe('cannotmovecategory');
  });

  it('is all or nothing', async () => {
    const { id } = await makeCategory(peer.client);
    expect(await refusal(update({ id, name: 'Renamed' }, { id: nowhere, name: 'x' }))).toBe(
      'unknowncategory',
    );
    expect((await byId(id)).name).not.toBe('Renamed');
  });

  it('refuses a name that PHP takes for empty', async () => {
    const { id } = await makeCategory(peer.client);
    expect(await refusal(update({ id, name: '0' }))).toBe('categorynamerequired');
  });

  it('refuses an idnumber of another category and an unknown parent', async () => {
    const [one, other] = [await makeCategory(peer.client), await makeCategory(peer.client)];
    expect(await refusal(update({ id: one.id, idnumber: other.idnumber }))).toBe('categoryidnumbertaken');
    expect(await refusal(update({ id: one.id, parent: nowhere }))).toSatisfy(isMissing);
  });

  it('cannot hide', async () => {
    const { id } = await makeCategory(peer.client);
    const hidden = { id, visible: 0 } as CategoryChange;
    expect(await refusal(update(hidden))).toBe('invalidparameter');
  });
});

describe('finding categories', () => {
  it('finds by idnumber, whatever its case', async () => {
    const { id, idnumber } = await makeCategory(peer.client);
    expect((await getCategoryByIdnumber(peer.client, idnumber))?.id).toBe(id);
    expect((await getCategoryByIdnumber(peer.client, idnumber.toUpperCase()))?.id).toBe(id);
    expect(await getCategoryByIdnumber(peer.client, unique('nobody'))).toBeUndefined();
  });

  it('finds many by id and leaves the unknown out', async () => {
    const [one, other] = [await makeCategory(peer.client), await makeCategory(peer.client)];
    const found = await getCategoriesByIds(peer.client, [one.id, nowhere, other.id]);
    expect(found.map(({ id }) => id).sort()).toEqual([one.id, other.id].sort());
  });

  it('does not bring the children along', async () => {
    const top = await makeCategory(peer.client);
    await makeCategory(peer.client, top.id);
    expect(await getCategoriesByIds(peer.client, [top.id])).toHaveLength(1);
  });

  it('lists all, parents before children', async () => {
    const top = await makeCategory(peer.client);
    const below = await makeCategory(peer.client, top.id);
    const ids = (await getAllCategories(peer.client)).map(({ id }) => id);
    expect(ids).toContain(top.id);
    expect(ids.indexOf(below.id)).toBeGreaterThan(ids.indexOf(top.id));
  });
});
