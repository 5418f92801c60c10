import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionAttribute } from '#shared/moodle/completion/moodle-completion.ts';
import { faults } from '#test/peers/odoo-faults.ts';
import type { Kit } from '../kit.ts';
import {
  completionField,
  erpCallsDuring,
  erpWritesDuring,
  importState,
  makeSchool,
  minute,
  pulledStore,
  type School,
  standing,
  startImportKit,
  sweepImports,
} from './import-support.ts';

/** Has the pull write what Moodle says of an enrolment. */
async function complete(kit: Kit, school: School, ...completed: (boolean | null)[]): Promise<void> {
  const [id] = school.enrolments as [number];
  const key = { model: 'op.student.course', id: String(id) };
  const courses = Object.fromEntries(
    completed.map((isCompleted, index) => [
      `oec_subj_${index + 1}_course_${school.program}`,
      { subject_id: index + 1, completed: isCompleted, progress: isCompleted ? 100 : 40 },
    ]),
  );
  const isCompleted = completed.every((each) => each !== false);
  const entry = { completed: isCompleted, progress: 70, at: '2026-11-25 16:50:04', courses };
  const fields = { [completionAttribute]: { demo: entry } };
  const { write_date: value } = kit.erp.registrar.read(key.model, id)!;
  await pulledStore(kit).setFields('demo', key, fields, { name: 'write_date', value });
  await kit.settle();
}

/** Writes the enrolments into the table, as the export does. */
async function exportEnrolments(kit: Kit): Promise<void> {
  const model = 'op.student.course';
  const rows = kit.erp.registrar.all(model).map(({ id, [completionField]: _own, ...fields }) => ({
    ...fields,
    model,
    id: String(id),
  }));
  await kit.put(...rows);
  await kit.settle();
}

describe('completion of a program', () => {
  let kit: Kit;
  let school: School;
  beforeAll(async () => {
    kit = await startImportKit();
    school = makeSchool(kit, 2);
    await exportEnrolments(kit);
  });
  afterAll(() => kit.stop());

  const value = () => kit.erp.registrar.read('op.student.course', school.enrolments[0]!)?.[completionField];

  it('goes into the enrolment’s field, and only there', async () => {
    const calls = () => complete(kit, school, true, false, null);
    expect(await erpWritesDuring(kit, calls)).toEqual(['op.student.course.write']);
    expect(value()).toBe('1 of 2 courses completed');
    expect(await standing(kit, { model: 'op.student.course', id: String(school.enrolments[0]) })).toBe(
      'synced',
    );
    expect(await erpCallsDuring(kit, () => sweepImports(kit))).toEqual([]);
  });

  it('that somebody has edited there is a conflict', async () => {
    kit.erp.registrar.write('op.student.course', school.enrolments[0]!, { [completionField]: 'exempt' });
    await exportEnrolments(kit);
    await complete(kit, school, true, true);
    expect(value()).toBe('exempt');
    expect(await standing(kit, { model: 'op.student.course', id: String(school.enrolments[0]) })).toBe(
      'conflict: edited-in-erp',
    );
  });
});

describe('an ERP without a place', () => {
  let kit: Kit;
  let school: School;
  beforeAll(async () => {
    kit = await startImportKit({ erp: { extraFields: {}, withoutModules: ['openeducat_exam'] } });
    school = makeSchool(kit, 1);
    await exportEnrolments(kit);
  });
  afterAll(() => kit.stop());

  it('has no failure left of an attempt in which the ERP was away', async () => {
    const away = kit.erp.intercept(faults.databaseAway());
    await complete(kit, school, false);
    const enrolment = { model: 'op.student.course', id: String(school.enrolments[0]) };
    expect(await standing(kit, enrolment)).toMatch(/^failed: /);
    away();
    await kit.advance(20 * minute);
    expect(await standing(kit, enrolment)).toBe('no row');
  });

  it('for completion is told to the operator, and costs no record its attempts', async () => {
    await complete(kit, school, true);
    expect((await importState(kit)).findings).toEqual({
      'no-place/op.student.course': expect.objectContaining({ field: completionField }),
    });
    expect(await standing(kit, { model: 'op.student.course', id: String(school.enrolments[0]) })).toBe(
      'no row',
    );
  });
});
