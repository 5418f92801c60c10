import type { RecordItem } from '#shared/models/records.ts';
import { desiredHash, readDesired } from '#shared/odoo/import/desired/desired.ts';
import { type ErpMapping, newErpMapping } from '#shared/odoo/import/mapping.ts';

const longAgo = '2026-09-01T03:00:00.000Z';

const exam = (item: number) => `moodle_main_item_${item}`;

/** A mark of a student in an exam of thirty, as a pull writes it. @param pulledAt ISO 8601 in UTC */
export function mark(index: number, pulledAt = longAgo): RecordItem {
  const item = Math.floor(index / 30) + 100;
  return {
    ...{ model: 'op.result.line', id: `${exam(item)}_student_${index}`, exam_id: exam(item) },
    ...{
      student_id: index + 1,
      course_id: 7,
      subject_id: 15,
      marks: 80,
      grade_raw: '80.00000',
      grade_max: '100',
    },
    ...{ item_name: 'Oral exam', graded_at: longAgo, source: 'gradebook', withdrawn: false },
    ...{ instance: 'main', pulled_at: pulledAt, connector_no_export: true, sync_stamp: 'a'.repeat(36) },
  };
}

/** The row of a mark that the ERP holds. */
export function rowOf(record: RecordItem, fields: Partial<ErpMapping> = {}): ErpMapping {
  const reading = readDesired('op.result.line', record);
  if (!('desired' in reading)) throw new Error('The mark cannot be read.');
  return {
    ...newErpMapping('op.result.line', record.id, 'main'),
    ...{
      revision: 2,
      status: 'synced',
      sync_hash: desiredHash(reading.desired),
      erp_id: 4711,
      parent_erp_id: 12,
    },
    ...{ written: { marks: 80 }, is_ours: true, last_synced_at: longAgo },
    ...fields,
  };
}

/** So many marks that are in the ERP as they should be, with their rows and those of their exams. */
export function marksOf(count: number): { records: RecordItem[]; rows: ErpMapping[] } {
  const records = Array.from({ length: count }, (_, index) => mark(index));
  const exams = [...new Set(records.map(({ exam_id }) => String(exam_id)))];
  const ofExams = exams.map(
    (id): ErpMapping => ({ ...newErpMapping('op.exam', id, 'main'), status: 'synced', erp_id: 12 }),
  );
  return { records, rows: [...records.map((record) => rowOf(record)), ...ofExams] };
}
