import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { erpFailures } from '#shared/store/erp/erp-queue.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { exportedRecords } from '#shared/store/erp/exported-records.ts';
import type { StorePart } from '#shared/store/part.ts';
import { permanentFailures } from '#shared/store/queues/permanent-failures.ts';
import {
  driftQueue,
  pullQueue,
  pushQueue,
  retentionQueue,
  sweepQueue,
} from '#shared/store/queues/work-queues.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { instancesStore } from '#shared/store/tables/instances-store.ts';
import { keptDecisions } from '#shared/store/tables/kept-decisions.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { parkedImports, parkedUnits } from '#shared/store/tables/parked-units.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';
import { pulledRecords } from '#shared/store/tables/pulled-records.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';

// biome-ignore lint/suspicious/noExplicitAny: methods of every kind
type Store = StorePart<any> & ((client: any, name: string) => any);

const row = {
  model: 'op.exam',
  id: '1',
  instance: 'main',
  idnumber: 'oec_exam_1',
  revision: 0,
  status: 'synced',
};
const unit = { instance: 'main', service: 'students', ids: ['1'] };
const bulk = Array.from({ length: 25 }, (_, id) => String(id));

const parking = { park: ['main', 'key', unit], oldest: ['main', 1], remove: ['main', 'key'] };

/** Arguments with which every method does all that it ever does. */
const stores: [name: string, store: Store, calls: Record<string, unknown[]>][] = [
  [
    'records',
    recordsStore,
    {
      ...{ getMany: ['op.exam', ['1']], page: ['op.exam', {}], pulledSince: ['main', '2026-01-01'] },
      search: ['op.student', { fields: ['gr_no'], values: ['GR-1'] }],
    },
  ],
  [
    'pulled records',
    pulledRecords,
    {
      put: ['main', [row]],
      putNew: ['main', [row]],
      setFields: ['main', row, { state: 'done' }, { name: 'sync_stamp', value: 'read' }],
      expire: [row],
    },
  ],
  [
    'links',
    linksStore,
    {
      sources: ['op.exam#1', 'op.batch'],
      missing: [[{ target: 'a', source: 'b' }]],
      write: [[{ target: 'a', source: 'b' }], []],
    },
  ],
  [
    'mappings',
    mappingsStore,
    {
      getMany: ['main', ['a']],
      listByPrefix: ['main', 'oec_'],
      page: ['main', { from: 'a', to: 'b' }],
      listAttention: ['main', 'failed'],
      save: [row],
      remove: ['main', ['a']],
    },
  ],
  [
    'kept decisions',
    keptDecisions,
    { list: ['main'], keep: ['main', { at: '2026-01-01' }], forget: ['main', { idnumber: 'a', at: '' }] },
  ],
  ['parked units', parkedUnits, parking],
  ['parked imports', parkedImports, parking],
  [
    'pull states',
    pullStates,
    {
      list: ['main', 'gradebook'],
      put: ['main', [{ key: 'a', values: {} }]],
      note: ['main', 'a', 'gradebook', {}],
      claim: ['main', 'a', 'gradebook', 1],
    },
  ],
  [
    'instances',
    instancesStore,
    {
      get: ['main'],
      ids: [],
      list: [],
      settings: ['main'],
      put: [{ id: 'main', base_url: 'https://moodle.example.org' }],
      create: [{ id: 'main' }],
      remove: ['main'],
      getBrake: ['main', 'students'],
      saveBrake: ['main', 'students', { revision: 0 }],
      getBreaker: ['main'],
      saveBreaker: ['main', { revision: 0 }],
      getBulkhead: ['main'],
      saveBulkhead: ['main', { revision: 0 }],
      setHolds: ['main', 'students', 1],
      addHolds: ['main', 'students', 1],
    },
  ],
  [
    'states of instances',
    instanceStates,
    {
      list: [],
      get: ['main'],
      saveHealth: ['main', { status: 'ok', checked_at: '2026-01-01', findings: [] }],
      noteSuccess: ['main', '2026-01-01'],
      noteCompared: ['main', '2026-01-01'],
    },
  ],
  [
    'mappings of the ERP',
    erpMappingsStore,
    {
      getMany: ['op.exam', ['1']],
      getNear: ['op.exam', bulk],
      save: [row],
      remove: ['op.exam', ['1']],
      listAttention: ['op.exam', 'failed'],
      pointers: ['op.exam', [1]],
      allPointers: ['op.exam'],
      each: ['op.exam'],
      writePointers: ['op.exam', new Map([[1, '1']])],
      removePointers: ['op.exam', [1]],
    },
  ],
  ['states of the ERP', erpStates, { read: ['import'], save: ['import', { revision: 0 }] }],
  [
    'exported records',
    exportedRecords,
    {
      getMany: ['op.exam', ['1']],
      pages: ['op.exam'],
      put: [row, undefined],
      remove: [row],
      unstorable: [row],
    },
  ],
  ['PushQueue', pushQueue, { send: [[unit]], wake: ['main'] }],
  ['SweepQueue', sweepQueue, { send: [[unit]] }],
  ['PullQueue', pullQueue, { send: [[unit]] }],
  ['DriftQueue', driftQueue, { send: [[unit]] }],
  ['RetentionQueue', retentionQueue, { send: [[unit]] }],
  [
    'PermanentlyFailed',
    permanentFailures,
    { send: [row], visit: [async (all: unknown[]) => ({ remove: all.slice(1), result: 0 })] },
  ],
  [
    'ErpFailures',
    erpFailures,
    { send: [row], visit: [async (all: unknown[]) => ({ remove: all.slice(1), result: 0 })] },
  ],
];

/** A client that takes everything, and has little to tell. @returns it, and the actions that were asked of it */
function recording(): { client: object; asked: Set<string> } {
  const asked = new Set<string>();
  // Some of the keys that are near each other are on a page, and the rest is few.
  const answers: Record<string, object[]> = {
    Query: [{ LastEvaluatedKey: { id: '15' } }],
    ReceiveMessage: [{ Messages: ['1', '2'].map((MessageId) => ({ MessageId, ReceiptHandle: MessageId })) }],
  };
  async function send(command: { constructor: { name: string }; input: { IndexName?: string } }) {
    const action = command.constructor.name
      .replace(/Command$|(?<=Message|Visibility)Batch/g, '')
      .replace(/^((Batch)?(Get|Write)|Put|Delete|Update)$/, '$1Item');
    const { IndexName } = command.input;
    asked.add(IndexName === undefined ? action : `${action} ${IndexName}`);
    return answers[action]?.shift() ?? {};
  }
  return { client: Object.assign(Object.create(DynamoDBDocumentClient.prototype), { send }), asked };
}

it.each(stores)('%s does what it says, method by method', async (_name, store, calls) => {
  const said = (part: Pick<Store, 'grants'>) =>
    part.grants.flatMap(({ on, actions }) =>
      actions.map((action) => [action.replace(/^\w+:/, ''), on.split('/')[2]].filter(Boolean).join(' ')),
    );
  const all = new Set<string>();
  for (const [method, args] of Object.entries(calls)) {
    const { client, asked } = recording();
    const result = await store(client, 'name')[method](...args);
    if (result?.[Symbol.asyncIterator]) for await (const _item of result);
    expect([method, [...asked].sort()]).toEqual([method, said(store.only(method)).sort()]);
    for (const action of asked) all.add(action);
  }
  expect([...all].sort()).toEqual(said(store).sort());
});
