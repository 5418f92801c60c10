import type { RecordReader } from '#shared/models/records.ts';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import { isErpId } from '#shared/odoo/import/models.ts';
import type { PersonStore } from './ports.ts';

/** The models of which a pull sets fields of the ERP's own records: what is known of these imports names no person. */
const ownRecords = ['op.student.course', 'op.attendance.line'] as const;

/** How many records are looked for at a time. */
const group = 100;

/**
 * What is known of imports into records of the ERP's own which are gone. Nothing is imported into these any more, and a
 * record that comes back under its id is looked at anew.
 */
export async function deadErpRows(
  store: Pick<PersonStore, 'erpRows'>,
  records: RecordReader<string>,
): Promise<ErpMapping[]> {
  const dead: ErpMapping[] = [];
  for (const model of ownRecords) {
    const rows = (await store.erpRows(model)).filter(({ id }) => isErpId(id));
    for (let start = 0; start < rows.length; start += group) {
      const part = rows.slice(start, start + group);
      const there = await records.getMany(
        model,
        part.map(({ id }) => id),
      );
      dead.push(...part.filter(({ id }) => !there.has(id)));
    }
  }
  return dead;
}
