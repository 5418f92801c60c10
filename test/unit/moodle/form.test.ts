import { describe, expect, it } from 'vitest';
import { chunkByVariables, countVariables, encodeForm } from '#shared/moodle/client/form.ts';

describe('encodeForm', () => {
  it('nests lists and objects as PHP reads them', () => {
    const form = encodeForm({
      users: [{ username: 'ana', preferences: [{ type: 'x', value: 1 }] }],
      field: 'id',
    });
    expect([...form]).toEqual([
      ['users[0][username]', 'ana'],
      ['users[0][preferences][0][type]', 'x'],
      ['users[0][preferences][0][value]', '1'],
      ['field', 'id'],
    ]);
  });

  it('sends yes and no as 1 and 0, and leaves out what is undefined', () => {
    const form = encodeForm({
      users: [{ suspended: true, createpassword: false, city: undefined, lang: '' }],
    });
    expect([...form]).toEqual([
      ['users[0][suspended]', '1'],
      ['users[0][createpassword]', '0'],
      ['users[0][lang]', ''],
    ]);
  });

  it('keeps every character', () => {
    const name = 'Zoë & =?+% “x” 🎓\n';
    expect(new URLSearchParams(encodeForm({ name }).toString()).get('name')).toBe(name);
  });
});

describe('countVariables', () => {
  it('counts what encodeForm sends', () => {
    const value = { users: [{ id: 1, city: undefined, tags: ['a', 'b'] }, { id: 2 }], all: false };
    expect(countVariables(value)).toBe([...encodeForm(value)].length);
  });
});

describe('chunkByVariables', () => {
  const items = [1, 2, 3, 4, 5];

  it('fills calls up to the limit, in order', () => {
    expect(chunkByVariables(items, () => 2, 4)).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('counts the arguments themselves', () => {
    expect(chunkByVariables(items, (id) => ({ id, name: undefined }), 3)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('lets an item that is too large go alone', () => {
    expect(chunkByVariables(items, (item) => (item === 2 ? 10 : 1), 3)).toEqual([[1], [2], [3, 4, 5]]);
  });

  it('makes no call of nothing', () => {
    expect(chunkByVariables([], () => 1)).toEqual([]);
  });

  it('stays under 900 variables unless told otherwise', () => {
    const chunks = chunkByVariables(Array.from({ length: 200 }), () => 9);
    expect(chunks.map((chunk) => chunk.length)).toEqual([100, 100]);
  });
});
