import type {
  AttentionReader,
  Mapping,
  MappingPages,
  MappingStore,
} from '#shared/moodle/mappings/mapping.ts';
import { doubtedByNotes } from './repair-noted.ts';

type Readers = Pick<MappingStore, 'getMany' | 'listByPrefix'> & MappingPages & AttentionReader;

/** Mappings as they are once what a comparison has found is to be pushed again: a plan foresees it. */
export function notedMappings(mappings: Readers): Readers {
  const doubted = (row: Mapping) => doubtedByNotes(row, ['push']);
  return {
    async getMany(instance, idnumbers) {
      const rows = await mappings.getMany(instance, idnumbers);
      return new Map([...rows].map(([idnumber, row]) => [idnumber, doubted(row)]));
    },
    listByPrefix: async (instance, prefix) => (await mappings.listByPrefix(instance, prefix)).map(doubted),
    async page(instance, { notes: _wholeAnyway, ...range }) {
      const page = await mappings.page(instance, range);
      return { ...page, mappings: page.mappings.map(doubted) };
    },
    listAttention: async (instance, status) => (await mappings.listAttention(instance, status)).map(doubted),
  };
}
