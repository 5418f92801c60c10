import { describe, expect, it } from 'vitest';
import { demoChanges } from '#local/demo/demo-changes.ts';
import { demoUniversity, expectedProblems } from '#local/demo/demo-university.ts';
import { isPushedModel, parseRecord, type RecordOf } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';

const items = demoUniversity();
const keyOf = ({ model, id }: { model: string; id: string }) => `${model} ${id}`;
const itemsByKey = new Map(items.map((item) => [keyOf(item), item]));

function recordsOf<Model extends keyof RecordOf>(model: Model): RecordOf[Model][] {
  return items
    .filter((item) => item.model === model)
    .map((item) => parseRecord(model, item))
    .flatMap((result) => (result.ok ? [result.record] : []));
}

function textsOf(model: string, field: string): string[] {
  return items.filter((item) => item.model === model).map((item) => String(item[field]));
}

describe('the demo university', () => {
  it('has the size that was promised, bad records included', () => {
    const counts = Map.groupBy(items, ({ model }) => model);
    expect([...counts].map(([model, { length }]) => `${length} ${model}`)).toEqual([
      ...['4 op.department', '12 op.course', '40 op.subject', '12 op.batch', '500 op.student'],
      ...['30 op.faculty', '700 op.student.course', '60 op.session'],
    ]);
    expect(itemsByKey.size).toBe(items.length);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(demoUniversity()).toEqual(items);
    expect(demoUniversity(1)).not.toEqual(items);
    expect(demoUniversity(1)).toHaveLength(items.length);
  });

  it('has no other unacceptable records than those it tells of', () => {
    const refused = items.flatMap((item) => {
      const result = isPushedModel(item.model) ? parseRecord(item.model, item) : undefined;
      if (result === undefined || result.ok) return [];
      return result.problems.map(({ field }) => `${keyOf(item)} ${field}`);
    });
    const told = expectedProblems.map((problem) => `${keyOf(problem)} ${problem.field}`);
    const foundElsewhere = ['op.course 12 department_id', 'op.student 49 email'];
    expect([...refused, ...foundElsewhere].sort()).toEqual([...told].sort());
  });

  it('has one program whose department does not exist, and nothing hangs on it', () => {
    const departments = new Set(recordsOf('op.department').map(({ id }) => id));
    const homeless = recordsOf('op.course').filter(
      ({ departmentId }) => departmentId !== undefined && !departments.has(departmentId),
    );
    expect(homeless.map(({ id }) => id)).toEqual(['12']);
    expect(recordsOf('op.course').some(({ parentId }) => parentId === '12')).toBe(false);
    expect(recordsOf('op.batch').some(({ programId }) => programId === '12')).toBe(false);
  });

  it('has one e-mail address for two students, and no other twice', () => {
    const emails = [...textsOf('op.student', 'email'), ...textsOf('op.faculty', 'email')].map((email) =>
      email.toLowerCase(),
    );
    const repeated = emails.filter((email, index) => emails.indexOf(email) !== index);
    expect(repeated).toEqual(['the.siblings@students.example.org']);
    expect(emails.filter((email) => email.includes('@')).every((email) => email.endsWith('.org'))).toBe(true);
  });

  it('keeps OpenEduCat’s own limits', () => {
    for (const [model, limit] of [
      ['op.course', 16],
      ['op.batch', 16],
      ['op.subject', 256],
    ] as const) {
      const codes = textsOf(model, 'code');
      expect(new Set(codes).size).toBe(codes.length);
      expect(codes.every((code) => code.length <= limit)).toBe(true);
    }
    expect(textsOf('op.batch', 'name').every((name) => name.length <= 32)).toBe(true);
    const enrolled = recordsOf('op.student.course').map((row) => [row.studentId, row.programId, row.batchId]);
    expect(new Set(enrolled.map(String)).size).toBe(700);
  });

  it('is whole: whatever an arriving record names is there and arrives', () => {
    const bad = new Set(expectedProblems.map(keyOf));
    const arrives = (model: string, id: string) =>
      itemsByKey.has(keyOf({ model, id })) && !bad.has(keyOf({ model, id }));
    const programs = new Map(recordsOf('op.course').map((program) => [program.id, program]));
    for (const { studentId, programId, batchId, subjectIds } of recordsOf('op.student.course')) {
      expect(arrives('op.student', studentId) && arrives('op.batch', batchId!)).toBe(true);
      expect(recordsOf('op.batch').find(({ id }) => id === batchId)?.programId).toBe(programId);
      expect(programs.get(programId)?.subjectIds).toEqual(expect.arrayContaining(subjectIds));
    }
    for (const { facultyId, subjectId, programId } of recordsOf('op.session')) {
      expect(arrives('op.faculty', facultyId)).toBe(true);
      expect(programs.get(programId)?.subjectIds).toContain(subjectId);
    }
  });

  it('is shaped like OpenEduCat’s demo data', () => {
    const programs = recordsOf('op.course');
    expect(programs.filter(({ parentId }) => parentId === undefined)).toHaveLength(5);
    expect(
      programs.every(({ parentId, subjectIds }) => (parentId === undefined) === (subjectIds.length === 0)),
    ).toBe(true);
    const enrolments = recordsOf('op.student.course');
    expect(enrolments.filter(({ subjectIds }) => subjectIds.length === 0).length).toBeGreaterThan(600);
    const students = new Set(enrolments.map(({ studentId }) => studentId));
    expect(enrolments.length - students.size).toBeGreaterThan(200);
  });
});

describe('the changes of the demo university', () => {
  const changes = demoChanges(items);

  /** The fields of a changed item that differ from the item as it was. */
  function changedFields(item: RecordItem): string[] {
    const before = itemsByKey.get(keyOf(item)) ?? {};
    return Object.keys(item).filter(
      (field) => JSON.stringify(item[field]) !== JSON.stringify((before as RecordItem)[field]),
    );
  }

  it('are four, each of one existing record', () => {
    expect(changes.map(({ items: changed }) => changed.map(({ model }) => model))).toEqual([
      ['op.student'],
      ['op.student.course'],
      ['op.student'],
      ['op.course'],
    ]);
    expect(new Set(changes.flatMap(({ items: changed }) => changed.map(keyOf))).size).toBe(4);
  });

  it('touch only what they tell of', () => {
    expect(changes.map(({ items: changed }) => changed.flatMap(changedFields))).toEqual([
      ['last_name', 'name', 'write_date'],
      ['course_id', 'batch_id', 'write_date'],
      ['active', 'write_date'],
      ['subject_ids', 'write_date'],
    ]);
  });

  it('are acceptable, and add a compulsory subject to a program with batches', () => {
    const results = changes.flatMap(({ items: changed }) =>
      changed.map((item) => isPushedModel(item.model) && parseRecord(item.model, item).ok),
    );
    expect(results).toEqual([true, true, true, true]);
    const program = changes[3]?.items[0];
    const before = itemsByKey.get(keyOf(program!))?.subject_ids as number[];
    const added = (program!.subject_ids as number[]).filter((subject) => !before.includes(subject));
    expect(added).toHaveLength(1);
    expect(itemsByKey.get(`op.subject ${added[0]}`)?.subject_type).toBe('compulsory');
    expect(recordsOf('op.batch').some(({ programId }) => programId === program!.id)).toBe(true);
  });

  it('need the demo university', () => {
    expect(() => demoChanges([])).toThrow(RangeError);
  });
});
