import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listTroubled, retryImports } from '#shared/odoo/import/attention.ts';
import type { Kit } from '../kit.ts';
import {
  erpRow,
  erpRows,
  erpWritesDuring,
  givenUp,
  hour,
  inErp,
  makeSchool,
  minute,
  PulledExam,
  pullIn,
  type School,
  sendToErp,
  standing,
  startImportKit,
  sweepImports,
} from './import-support.ts';

let kit: Kit;
let school: School;
let columns = 900;
beforeAll(async () => {
  kit = await startImportKit();
  school = makeSchool(kit, 2);
});
afterAll(() => kit.stop());

/** An exam in the ERP with a mark of the first student, and the id of its line there. */
async function graded(raw: number) {
  const [student] = school.students as [number];
  const exam = new PulledExam(school, ++columns);
  const line = exam.line(student, raw);
  await pullIn(kit, ...exam.records(), line);
  const { erp_id: erpId, parent_erp_id: examId } = (await erpRow(kit, 'op.result.line', line.id))!;
  const marks = () => kit.erp.registrar.read('op.result.line', erpId!)?.marks;
  return { student, exam, line, erpId: erpId!, examId: examId!, marks };
}

async function retry(): Promise<void> {
  const mappings = erpRows(kit);
  const queue = { send: (units: Parameters<typeof sendToErp>[1][]) => sendToErp(kit, ...units) };
  await retryImports(await listTroubled(mappings), { mappings, queue, now: () => kit.cloud.clock.now() });
  await kit.settle();
}

describe('a mark that was edited in the ERP', () => {
  it('is not overwritten: it is a conflict, until the instance says that Moodle counts', async () => {
    const { student, exam, line, erpId, marks } = await graded(70);
    kit.erp.registrar.write('op.result.line', erpId, { marks: 71 });
    expect(await erpWritesDuring(kit, () => pullIn(kit, exam.line(student, 80)))).toEqual([]);
    expect(marks()).toBe(71);
    expect(await erpRow(kit, 'op.result.line', line.id)).toMatchObject({
      status: 'conflict',
      failure: {
        code: 'edited-in-erp',
        reason: expect.stringContaining('marks: 71 in the ERP, 80 in Moodle'),
      },
    });
    // It is looked at once a day, not each hour.
    expect(await erpWritesDuring(kit, () => sweepImports(kit))).toEqual([]);
    await kit.configure('demo', { overwrite_erp_edits: true });
    await kit.advance(25 * hour);
    await sweepImports(kit);
    await kit.configure('demo', { overwrite_erp_edits: false });
    expect([marks(), await standing(kit, line)]).toEqual([80, 'synced']);
  });

  it('to what Moodle says now is no conflict', async () => {
    const { student, exam, line, erpId } = await graded(70);
    kit.erp.registrar.write('op.result.line', erpId, { marks: 80 });
    expect(await erpWritesDuring(kit, () => pullIn(kit, exam.line(student, 80)))).toEqual([]);
    expect(await standing(kit, line)).toBe('synced');
  });

  it('is not deleted when Moodle takes its own back', async () => {
    const { student, exam, line, erpId, marks } = await graded(70);
    kit.erp.registrar.write('op.result.line', erpId, { marks: 71 });
    await pullIn(kit, exam.line(student, null));
    expect([marks(), await standing(kit, line)]).toEqual([71, 'conflict: edited-in-erp']);
  });

  it('by nobody of the link but entered first is not taken over', async () => {
    const { exam, examId } = await graded(70);
    const [, other] = school.students as [number, number];
    const own = kit.erp.registrar.create('op.result.line', { exam_id: examId, student_id: other, marks: 44 });
    const line = exam.line(other, 60);
    await pullIn(kit, line);
    expect(kit.erp.registrar.read('op.result.line', own)?.marks).toBe(44);
    expect(await standing(kit, line)).toBe('conflict: already-in-erp');
    kit.erp.registrar.unlink('op.result.line', own);
    await retry();
    expect(await standing(kit, line)).toBe('synced');
  });
});

describe('an exam that the ERP has closed', () => {
  it.each([
    ['op.exam', 'done'],
    ['op.exam', 'cancel'],
    ['op.exam.session', 'done'],
  ])('gets no marks any more: %s %s', async (model, state) => {
    const { student, exam, line, examId, marks } = await graded(70);
    const session = kit.erp.registrar.read('op.exam', examId)!.session_id as [number, string];
    kit.erp.registrar.write(model, model === 'op.exam' ? examId : session[0], { state });
    const [, other] = school.students as [number, number];
    const late = exam.line(other, 50);
    expect(await erpWritesDuring(kit, () => pullIn(kit, exam.line(student, 80), late))).toEqual([]);
    expect([marks(), await standing(kit, line), await standing(kit, late)]).toEqual([
      70,
      'conflict: closed-in-erp',
      'conflict: closed-in-erp',
    ]);
    expect((await erpRow(kit, 'op.result.line', line.id))?.failure?.reason).toContain(state);
  });

  it('gets them once it is opened again', async () => {
    const { student, exam, line, examId, marks } = await graded(70);
    kit.erp.registrar.write('op.exam', examId, { state: 'done' });
    await pullIn(kit, exam.line(student, 80));
    kit.erp.registrar.write('op.exam', examId, { state: 'held' });
    await retry();
    expect([marks(), await standing(kit, line)]).toEqual([80, 'synced']);
  });

  it('counts as the ERP counts it when its total marks were changed there', async () => {
    const { student, exam, examId, marks } = await graded(70);
    kit.erp.registrar.write('op.exam', examId, { total_marks: 20 });
    await pullIn(kit, exam.line(student, 83));
    expect(marks()).toBe(17);
  });
});

describe('what was deleted in the ERP', () => {
  it('an exam: is not made again by itself, but on an operator’s word, with its marks', async () => {
    const { student, exam, line, erpId, examId } = await graded(70);
    kit.erp.registrar.unlink('op.result.line', erpId);
    kit.erp.registrar.unlink('op.exam', examId);
    expect(await erpWritesDuring(kit, () => pullIn(kit, exam.line(student, 80)))).toEqual([]);
    const [, record] = exam.records();
    expect(await standing(kit, record!)).toBe('conflict: deleted-in-erp');
    expect(await erpRow(kit, 'op.result.line', line.id)).toMatchObject({
      status: 'waiting',
      failure: { waits_for: [`op.exam#${exam.id}`] },
    });
    await sweepImports(kit);
    expect(inErp(kit, 'op.exam', 'id')).not.toContainEqual({ id: examId });

    await retry();
    expect([await standing(kit, record!), await standing(kit, line)]).toEqual(['synced', 'synced']);
    const { erp_id: made } = (await erpRow(kit, 'op.exam', exam.id))!;
    expect(inErp(kit, 'op.result.line', 'exam_id', 'marks')).toContainEqual({ exam_id: made, marks: 80 });
  });

  it('a mark: is not made again by itself', async () => {
    const { student, exam, line, erpId, marks } = await graded(70);
    kit.erp.registrar.unlink('op.result.line', erpId);
    await pullIn(kit, exam.line(student, 80));
    expect([marks(), await standing(kit, line)]).toEqual([undefined, 'conflict: deleted-in-erp']);
    await retry();
    expect(await standing(kit, line)).toBe('synced');
  });
});

describe('a student whom the ERP does not know', () => {
  it('costs an attempt at each tier, holds up nobody, and is given up once', async () => {
    const exam = new PulledExam(school, ++columns);
    const [student] = school.students as [number];
    const [known, unknown] = [exam.line(student, 50), exam.line(4711, 60)];
    await pullIn(kit, ...exam.records(), known, unknown);
    expect([await standing(kit, known), await standing(kit, unknown)]).toEqual(['synced', 'failed: missing']);
    const attempts = async () => (await erpRow(kit, 'op.result.line', unknown.id))?.attempts;
    for (const [wait, count] of [
      [6 * minute, 2],
      [30 * minute, 3],
      [4 * hour, 4],
      [24 * hour, 5],
    ] as const) {
      // A minute before it is due, and then a minute after: the next tier counts from when it was due.
      await kit.advance(wait - 2 * minute);
      expect(await attempts()).toBe(count - 1);
      await kit.advance(2 * minute);
      expect(await attempts()).toBe(count);
    }
    expect(await standing(kit, unknown)).toBe('permanently_failed: missing');
    await sweepImports(kit);
    expect(await givenUp(kit)).toEqual([
      {
        status: 'permanently_failed',
        instance: 'demo',
        model: 'op.result.line',
        record_id: unknown.id,
        reason: 'missing',
        attempts: '5',
        first_failed_at: expect.stringMatching(/^\d{4}-/),
        last_failed_at: expect.stringMatching(/^\d{4}-/),
      },
    ]);
  });
});
