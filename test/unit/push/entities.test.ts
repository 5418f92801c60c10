import { beforeEach, describe, expect, it } from 'vitest';
import { MoodleError, MoodleUnavailableError } from '#shared/moodle/client/errors.ts';
import { type Mapping, newMapping } from '#shared/moodle/mappings/mapping.ts';
import type { Entity } from '#shared/moodle/push/entity.ts';
import type { EntityAdapter } from '#shared/moodle/push/entity-adapter.ts';
import { pushEntities } from '#shared/moodle/push/entity-push.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushItem, PushResult } from '#shared/moodle/push/push-service.ts';
import { fieldHashes } from '#shared/sync/hash.ts';
import { claimFrom, isClaimed } from '#shared/sync/units/claim.ts';
import { EngineKit } from './engine-kit.ts';

type Fields = Entity['payload'];

let kit: EngineKit;
/** What Moodle has, by id. */
let moodle: Map<number, { idnumber: string; fields: Fields }>;
/** The calls to it: `lookUp 1,2`, `create 1`, `update 1 name`. */
let calls: string[];
let context: PushContext;
let adapter: EntityAdapter;

const numbers = (entities: Entity[]) => entities.map(({ source }) => source.id).join();
const refuse = (errorcode: string) => {
  throw new MoodleError('some_function', errorcode);
};

beforeEach(() => {
  kit = new EngineKit();
  context = kit.context();
  moodle = new Map();
  calls = [];
  const idOf = (idnumber: string) => [...moodle].find(([, has]) => has.idnumber === idnumber)?.[0];
  const found = (entities: Entity[]) =>
    entities.flatMap(({ idnumber }) => {
      const id = idOf(idnumber);
      return id === undefined ? [] : [[idnumber, id] as const];
    });
  adapter = {
    lookUpFirst: true,
    lookUp: async (_session, entities) => {
      calls.push(`lookUp ${numbers(entities)}`);
      return new Map(found(entities).map(([idnumber, done]) => [idnumber, { done }]));
    },
    findOwn: async (_session, entities) => new Map(found(entities)),
    create: async (_session, entities) => {
      calls.push(`create ${numbers(entities)}`);
      return entities.map(({ idnumber, source, fields }) => {
        moodle.set(100 + Number(source.id), { idnumber, fields });
        return 100 + Number(source.id);
      });
    },
    update: async (_session, items) =>
      items.map(({ entity, moodleId }) => {
        calls.push(`update ${entity.source.id} ${Object.keys(entity.payload).join()}`);
        const has = moodle.get(moodleId);
        if (!has) return { done: 'gone' };
        Object.assign(has.fields, entity.payload);
        return { done: 'updated' };
      }),
  };
});

/** An item as the engine gives it: with the mapping that is in the table. */
function item(
  id: number,
  { moved = [], mapping, ...fields }: Partial<Entity> & { mapping?: Partial<Mapping>; moved?: string[] } = {},
): PushItem {
  const idnumber = kit.courses.put(id, fields);
  const built = kit.courses.built.get(idnumber)!;
  if (built.kind !== 'entity') throw new Error('unreachable');
  const { entity } = built;
  if (mapping) kit.setRow(idnumber, mapping);
  return {
    entity,
    mapping: kit.row(idnumber) ?? newMapping('demo', idnumber, entity.service, entity.source),
    unmet: new Map(),
    moved: new Set(moved),
  };
}

async function push(...items: PushItem[]): Promise<Record<string, PushResult>> {
  const results = await pushEntities(context, items, adapter);
  return Object.fromEntries([...results].map(([idnumber, result]) => [idnumber.split('_')[1], result]));
}

const has = (id: number, moodleId: number) =>
  moodle.set(moodleId, { idnumber: `subjects_${id}`, fields: { name: 'Old' } });

describe('what has no Moodle id', () => {
  it('is adopted where Moodle has it, and made where it does not', async () => {
    has(1, 7);
    expect(await push(item(1), item(2))).toMatchObject({
      1: { result: 'adopted', moodleId: 7 },
      2: { result: 'created', moodleId: 102, fieldHashes: fieldHashes({ name: 'Name 2' }) },
    });
    expect(calls).toEqual(['lookUp 1,2', 'create 2', 'update 1 name']);
    expect(moodle.get(7)?.fields).toEqual({ name: 'Name 1' });
  });

  it('is claimed in the table, by all that it was ever known by, before the call that makes it', async () => {
    const create = adapter.create;
    let before: Mapping | undefined;
    adapter.claimAs = () => 'new address';
    adapter.create = (...args) => {
      before = kit.row('subjects_1');
      return create(...args);
    };
    await push(item(1, { mapping: { claimed_as: ['old address'] } }));
    expect(isClaimed(before!, kit.now)).toBe(true);
    expect(before?.claimed_as).toEqual(['old address', 'new address']);
  });

  it('is left alone where another worker is making it', async () => {
    const claimed = item(1, { mapping: { claimed_until: claimFrom(kit.now) } });
    expect(await push(claimed, item(2))).toMatchObject({
      1: { result: 'claimed' },
      2: { result: 'created' },
    });
    expect(calls).toEqual(['lookUp 2', 'create 2']);
  });

  it('is left alone where another worker has written its row since this one has read it', async () => {
    const read = item(1, { mapping: {} });
    await context.view.mappings(['subjects_1']);
    kit.setRow('subjects_1', {});
    expect(await push(read)).toMatchObject({ 1: { result: 'claimed' } });
    expect(calls).toEqual([]);
  });

  it('is this worker’s where the claim of another one is over', async () => {
    const over = { claimed_until: new Date(kit.now).toISOString() };
    expect(await push(item(1, { mapping: over }))).toMatchObject({ 1: { result: 'created' } });
  });

  it('is looked up after a refusal where making it goes without a look', async () => {
    adapter.lookUpFirst = false;
    const create = adapter.create;
    adapter.create = async (...args) => (calls.length === 0 ? refuse('idnumbertaken') : create(...args));
    has(1, 7);
    expect(await push(item(1), item(2))).toMatchObject({
      1: { result: 'adopted', moodleId: 7 },
      2: { result: 'created' },
    });
  });

  it('is not made where Moodle did not answer the look, and no further call is made', async () => {
    adapter.lookUp = async () => {
      throw new MoodleUnavailableError('some_lookup', 'timeout', 'no answer.');
    };
    const gone = { failure: { class: 'unreachable' } };
    expect(await push(item(1), item(2))).toMatchObject({ 1: gone, 2: gone });
    expect([calls, context.failure?.code]).toEqual([[], 'timeout']);
    // Nor by the next level of the same unit, and nothing more is claimed.
    expect(await push(item(3))).toMatchObject({ 3: gone });
    expect(kit.row('subjects_3')).toBeUndefined();
  });

  it('is only noted where it is somebody else’s account so far', async () => {
    adapter.lookUp = async () => new Map([['subjects_1', { link: { moodleId: 9, extraData: { a: 1 } } }]]);
    expect(await push(item(1))).toEqual({ 1: { result: 'linked', moodleId: 9, extraData: { a: 1 } } });
    expect(calls).toEqual([]);
  });

  it('names what it refers to where Moodle does not know that any more', async () => {
    adapter.create = async () => refuse('unknowcategory');
    const dependencies = ['programs_1'];
    expect(await push(item(1, { dependencies }))).toMatchObject({
      1: { result: 'failed', forget: dependencies },
    });
    adapter.create = async () => refuse('toolong');
    expect((await push(item(2, { dependencies })))[2]).toMatchObject({
      result: 'failed',
      forget: undefined,
    });
  });
});

describe('what is not in use', () => {
  const ended = { active: false, payload: { visible: false } };

  it('is hidden where a worker that died has made it, and made by nobody', async () => {
    has(1, 7);
    expect(await push(item(1, ended), item(2, ended))).toMatchObject({
      1: { result: 'updated', moodleId: 7 },
      2: { result: 'nowhere' },
    });
    expect(calls).toEqual(['update 1 visible']);
    expect(moodle.get(7)?.fields).toMatchObject({ visible: false });
  });

  it('is forgotten where Moodle no longer has it', async () => {
    expect(await push(item(1, { ...ended, mapping: { moodle_id: 7 } }))).toMatchObject({
      1: { result: 'nowhere' },
    });
  });
});

describe('what has a Moodle id', () => {
  const payload = { name: 'Name', parent: 'programs_1', visible: true };
  const known = (fields: Partial<Mapping> = {}) => ({
    payload,
    mapping: { moodle_id: 7, field_hashes: fieldHashes(payload), ...fields },
  });

  it.each<[string, string[], () => PushItem]>([
    [
      'the fields that have changed',
      ['update 1 name'],
      () => item(1, { ...known(), payload: { ...payload, name: 'New' } }),
    ],
    [
      'what names something with another id than then',
      ['update 1 parent'],
      () => item(1, { ...known(), moved: ['programs_1'] }),
    ],
    [
      'all where nothing is known',
      ['update 1 name,parent,visible'],
      () => item(1, known({ field_hashes: {} })),
    ],
    ['nothing, without a call, where nothing has changed', [], () => item(1, known())],
  ])('is sent %s', async (_what, expected, changed) => {
    has(1, 7);
    expect(await push(changed())).toMatchObject({ 1: { result: 'updated' } });
    expect(calls).toEqual(expected);
  });

  it('is sent all where the hashes are not believed', async () => {
    has(1, 7);
    context.force = true;
    await push(item(1, known()));
    expect(calls).toEqual(['update 1 name,parent,visible']);
  });

  it('is found or made again where Moodle no longer has that id', async () => {
    has(2, 8);
    const lost = { mapping: { moodle_id: 7, field_hashes: {} } };
    expect(await push(item(1, lost), item(2, lost))).toMatchObject({
      1: { result: 'created', moodleId: 101 },
      2: { result: 'adopted', moodleId: 8 },
    });
  });

  it('is made again without asking where it went with what it hangs on', async () => {
    adapter.goesWithDependencies = true;
    expect(await push(item(1, { ...known(), moved: ['programs_1'] }))).toMatchObject({
      1: { result: 'created' },
    });
    expect(calls).toEqual(['lookUp 1', 'create 1']);
  });

  it('fails where it vanishes again while it is pushed', async () => {
    adapter.lookUp = async () => new Map([['subjects_1', { done: 8 }]]);
    const { 1: result } = await push(item(1, { mapping: { moodle_id: 7 } }));
    expect(result).toMatchObject({ result: 'failed', failure: { code: 'gone' } });
    expect(calls.filter((call) => call.startsWith('create'))).toEqual([]);
  });

  it('keeps in doubt only what was sent where an update fails', async () => {
    adapter.update = async () => refuse('toolong');
    const changed = { ...payload, name: 'New' };
    const { 1: result } = await push(item(1, { ...known(), payload: changed }));
    const { name: _inDoubt, ...rest } = fieldHashes(payload);
    expect(result).toMatchObject({ result: 'failed', moodleId: 7, fieldHashes: rest });
  });

  it('fails alone among those that are updated together', async () => {
    const update = adapter.update;
    adapter.update = (own, items) =>
      items.some(({ entity }) => entity.source.id === '2') ? refuse('toolong') : update(own, items);
    for (const id of [1, 2, 3, 4]) has(id, id);
    const ids = [1, 2, 3, 4];
    const results = await push(...ids.map((id) => item(id, { mapping: { moodle_id: id } })));
    expect(ids.map((id) => results[id]?.result)).toEqual(['updated', 'failed', 'updated', 'updated']);
  });
});
