import { describe, expect, it } from 'vitest';
import { demoUniversity } from '#local/demo/demo-university.ts';
import { linksOf } from '#shared/models/links.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { type ServiceName, serviceModels } from '#shared/models/services.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { desiredOf } from '#shared/moodle/push/desired.ts';
import { RecordView } from '#shared/moodle/push/record-view.ts';
import { services } from '#shared/moodle/services.ts';
import { payloadHash } from '#shared/sync/hash.ts';
import { MemoryMappings } from './push-kit.ts';

/** A digest of the hashes of the demo's records, by service, as they were before a university could have conventions of its own. */
const digests: Partial<Record<ServiceName, string>> = {
  departments: 'acd57f8777d8f06e',
  programs: '9b888e4a68753d8d',
  subjects: '4213d1651bd700b9',
  batches: 'b000700ec1e1de9a',
  students: '46ac1510a386668c',
  faculty: 'b6f75b696fd43986',
  enrolments: '22728980065e1968',
  teaching: 'b6552ff890b34b2a',
};

const items = demoUniversity() as (RecordItem & { model: PushedModel; id: string })[];
const byModel = Map.groupBy(items, ({ model }) => model);
const records = {
  getMany: async (model: PushedModel, ids: Iterable<string>) => {
    const wanted = new Set(ids);
    const found = (byModel.get(model) ?? []).filter(({ id }) => wanted.has(id));
    return new Map(found.map((item) => [item.id, item]));
  },
};
const links = {
  sources: async (target: string, model: PushedModel) =>
    (byModel.get(model) ?? []).filter((item) => linksOf(model, item).includes(target)).map(({ id }) => id),
};

/** Whoever deploys a new version would have every record written once more where a hash is another than before. */
describe('with the default settings the hash of what was pushed stays', () => {
  it.each(Object.entries(digests) as [ServiceName, string][])('of %s', async (name, digest) => {
    const instance = instanceSchema.parse({ id: 'main', base_url: 'https://moodle.example.org' });
    const view = new RecordView(instance, records, links, new MemoryMappings(), 0);
    const ids = (byModel.get(serviceModels[name]) ?? []).map(({ id }) => id);
    const desired = await desiredOf(services.byName(name), view, ids);
    const hashes = desired.flatMap(({ idnumber, built }) =>
      built.kind === 'entity' ? [`${idnumber} ${payloadHash(built.entity.payload)}`] : [],
    );
    expect(hashes.length).toBeGreaterThan(0);
    expect(payloadHash({ hashes: hashes.sort() }).slice(0, 16)).toBe(digest);
  });
});
