import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import type { Kit } from '../kit.ts';
import {
  inErp,
  makeSchool,
  onlyInErp,
  PulledExam,
  pullIn,
  type School,
  standing,
  startImportKit,
} from './import-support.ts';

describe('marks that are taken back', () => {
  let kit: Kit;
  let school: School;
  let exam: PulledExam;
  const count = 6;
  const lines = (raw: number | null) => school.students.map((student) => exam.line(student, raw));
  const marks = () => inErp(kit, 'op.result.line', 'marks').map((line) => line.marks);

  beforeAll(async () => {
    kit = await startImportKit({ instances: [{ brake: { share: 0.1, minimum: 2 } }] });
    school = makeSchool(kit, count);
    exam = new PulledExam(school, 812);
    await pullIn(kit, ...exam.records(), ...lines(50));
  });
  afterAll(() => kit.stop());

  it('are all held where they are unusually many: the brake stops before the first, and says so', async () => {
    kit.expectErrors(/The brake is on/);
    await pullIn(kit, ...lines(null));
    expect(marks()).toEqual(Array(count).fill(50));
    expect(await standing(kit, lines(null)[0]!)).toBe('conflict: brake');
    const shown = await runCli(kit, ['brake', 'show', 'demo', '--json']);
    expect(shown.json<{ brakes: unknown[] }>().brakes).toContainEqual(
      expect.objectContaining({ service: 'imported-marks', is_on: true, held: count, in_moodle: count }),
    );
  });

  it('are deleted once an operator says that it is meant', async () => {
    await runCli(kit, ['brake', 'release', 'demo', 'imported-marks', '--yes']);
    await kit.settle();
    expect(marks()).toEqual([]);
    expect(await standing(kit, lines(null)[0]!)).toBe('synced');
  });
});

describe('the pass mark of an exam', () => {
  it('follows Moodle in the ERP, until somebody has edited it there', async () => {
    await using kit = await startImportKit();
    const exam = new PulledExam(makeSchool(kit, 1), 900, 'quiz');
    const minMarks = () => onlyInErp(kit, 'op.exam').min_marks;
    await pullIn(kit, ...exam.records({ gradePass: 50 }));
    expect(minMarks()).toBe(50);
    await pullIn(kit, ...exam.records({ gradePass: 60 }));
    expect(minMarks()).toBe(60);
    kit.erp.registrar.write('op.exam', onlyInErp(kit, 'op.exam').id, { min_marks: 40 });
    await pullIn(kit, ...exam.records({ gradePass: 70 }));
    expect(minMarks()).toBe(40);
  });
});
