import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { modelsToExport } from '#shared/odoo/calls/erp-models.ts';
import { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { begun, changeExportState, type ExportState } from '#shared/odoo/export/export-state.ts';
import type { ExportPorts, ExportRecords, ImportedRecords } from '#shared/odoo/export/ports.ts';
import { runExport } from '#shared/odoo/export/run-export.ts';
import type { StateStore } from '#shared/sync/limits/shared-state.ts';
import { School } from '#test/integration/erp/school.ts';
import { Clock, clientOf } from '#test/unit/local-odoo/school.ts';

/** States in memory, under the rule of revisions. */
export function memoryStates(): StateStore {
  const states = new Map<string, { revision: number }>();
  return {
    read: async (key) => structuredClone(states.get(key)),
    save: async (key, state) => {
      if ((states.get(key)?.revision ?? 0) !== state.revision) return false;
      states.set(key, structuredClone({ ...state, revision: state.revision + 1 }));
      return true;
    },
  };
}

/** A records table in memory; every write and deletion is noted. */
export class MemoryRecords implements ExportRecords {
  readonly items = new Map<string, RecordItem>();
  readonly writes: string[] = [];

  of(model: string): RecordItem[] {
    return [...this.items.values()].filter((item) => item.model === model);
  }

  get(model: string, id: number | string): RecordItem | undefined {
    return this.items.get(`${model}#${id}`);
  }

  set(item: RecordItem): void {
    this.items.set(`${item.model}#${item.id}`, item);
  }

  async getMany(model: string, ids: readonly string[]) {
    return new Map(ids.flatMap((id) => (this.get(model, id) ? [[id, this.get(model, id)!]] : [])));
  }

  async *pages(model: string) {
    yield this.of(model);
  }

  async put(item: RecordItem, before: RecordItem | undefined) {
    if (this.get(item.model, item.id) !== before) return false;
    this.writes.push(`put ${item.model} ${item.id}`);
    this.set(item);
    return true;
  }

  async remove(before: RecordItem) {
    if (this.get(before.model, before.id) !== before) return false;
    this.writes.push(`remove ${before.model} ${before.id}`);
    return this.items.delete(`${before.model}#${before.id}`);
  }

  unstorable(item: RecordItem) {
    return item.last_name === 'Endless' ? 'is too large' : undefined;
  }
}

const nothingImported: ImportedRecords = {
  pulledIds: async () => new Map(),
  written: async () => new Map(),
  all: async () => new Set(),
};

/** A school in a simulated Odoo, and an export of it into memory. */
export async function exportedSchool(options: Partial<ExportPorts> & { students?: number } = {}): Promise<{
  erp: SimulatedOdoo;
  school: School;
  clock: Clock;
  records: MemoryRecords;
  ports: ExportPorts;
  run: (task?: 'changes' | 'all') => Promise<ExportState>;
}> {
  const { students = 3, ...others } = options;
  const clock = new Clock();
  const erp = await SimulatedOdoo.start({ clock: clock.now });
  const school = new School(erp, students);
  const client = clientOf(erp);
  const records = new MemoryRecords();
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const ports: ExportPorts = {
    client,
    fields: new ModelFields(client),
    source: 'school',
    records,
    imported: nothingImported,
    states: memoryStates(),
    models: modelsToExport([]),
    wanted: new Map(),
    clock: { now: clock.now, sleep: async () => {} },
    log: silent,
    hasTime: () => true,
    pageSize: 1_000,
    counts: { read: 0, written: 0, deleted: 0 },
    ...others,
  };
  const run = async (task: 'changes' | 'all' = 'changes') => {
    const request = { holder: 'test', milliseconds: 300_000, isComparing: task === 'all' };
    const { after } = await changeExportState(ports.states, (state) => begun(state, request, clock.now()));
    return runExport(after, ports);
  };
  return { erp, school, clock, records, ports, run };
}
