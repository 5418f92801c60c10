import type { ImportedRecords } from '#shared/odoo/export/ports.ts';
import type { ErpMappingStore } from '#shared/odoo/import/mapping.ts';
import type { ImportedModel } from '#shared/odoo/import/models.ts';
import { madeOf } from '#shared/store/part.ts';
import { erpMappingsStore } from './erp-mappings-store.ts';

/** Which of the ERP's records an import has made. */
export const importedRecords = madeOf(
  erpMappingsStore.only('getMany', 'pointers', 'allPointers'),
  importedRecordsIn,
);

export function importedRecordsIn({
  getMany,
  pointers,
  allPointers,
}: Pick<ErpMappingStore, 'getMany' | 'pointers' | 'allPointers'>): ImportedRecords {
  return {
    pulledIds: (model, ids) => pointers(model as ImportedModel, ids),

    async written(model, ids) {
      const rows = await getMany(model as ImportedModel, ids);
      return new Map([...rows].flatMap(([id, { written }]) => (written ? [[id, written] as const] : [])));
    },

    all: (model) => allPointers(model as ImportedModel),
  };
}
