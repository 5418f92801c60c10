import { describe, expect, it } from 'vitest';
import { readModelState } from '#shared/odoo/export/model-state.ts';
import { faults } from '#test/peers/odoo-faults.ts';
import { exportedSchool } from './in-memory.ts';

describe('a run of the export', () => {
  it('ends when its time is over, and the next one goes on behind the last page', async () => {
    let pages = 0;
    const { erp, clock, records, run, ports } = await exportedSchool({
      students: 5,
      pageSize: 2,
      hasTime: () => pages-- > 0,
    });
    const seen: number[] = [];
    for (let runs = 0; records.of('op.student.course').length < 5; runs++) {
      expect(runs).toBeLessThan(40);
      pages = 9;
      const { last_success } = await run();
      seen.push(records.items.size);
      clock.move(16 * 60);
      if (records.of('op.student.course').length < 5) expect(last_success).toBeUndefined();
    }
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(records.writes).size).toBe(records.writes.length);
    pages = 100;
    expect(await run()).toMatchObject({ last_success: expect.any(String), transport: 'jsonrpc' });
    expect((await readModelState(ports.states, 'op.student')).pass).toBeUndefined();
    await erp.stop();
  });

  it('reads the overlap again for a quarter of an hour, then only what is new', async () => {
    const { erp, clock, ports, run } = await exportedSchool();
    const rowsOf = async () => {
      const before = ports.counts.read;
      await run();
      return ports.counts.read - before;
    };
    await rowsOf();
    clock.move(60);
    expect(await rowsOf()).toBeGreaterThan(9);
    clock.move(15 * 60);
    expect(await rowsOf()).toBe(0);
    expect(ports.counts.written).toBe(11);
    await erp.stop();
  });

  it('finds what was saved behind the position of a reading that took long', async () => {
    let pages = 4;
    const { erp, school, clock, records, run } = await exportedSchool({
      students: 6,
      pageSize: 2,
      hasTime: () => pages-- > 0,
    });
    while (!records.get('op.student', 4)) {
      pages = 10;
      await run();
    }
    clock.move(3_600);
    erp.registrar.write('op.student', school.students[0]!, { last_name: 'Behind' });
    clock.move(3_600);
    pages = Number.POSITIVE_INFINITY;
    await run();
    clock.move(60);
    await run();
    expect(records.get('op.student', school.students[0]!)).toMatchObject({ last_name: 'Behind' });
    await erp.stop();
  });

  it('copies of people what is used, and takes away what was copied before', async () => {
    const { erp, school, records, run, ports } = await exportedSchool({ students: 1 });
    const [student] = school.students as [number];
    const [contact] = erp.registrar.read('op.student', student)!.partner_id as [number];
    erp.registrar.write('res.partner', contact, { phone: '079 111' });
    await run();
    expect(Object.keys(records.get('op.student', student)!).sort()).toEqual([
      ...['active', 'company_id', 'create_date', 'email', 'first_name', 'gr_no', 'id', 'last_name'],
      ...['middle_name', 'model', 'name', 'write_date'],
    ]);
    records.set({ ...records.get('op.student', student)!, birth_date: '2006-02-03', gender: 'f' });
    ports.wanted = new Map([['op.student', new Set(['phone', 'mobile'])]]);
    await run();
    expect(records.get('op.student', student)).toMatchObject({ phone: '079 111' });
    expect(records.get('op.student', student)).not.toHaveProperty('birth_date');
    await erp.stop();
  });

  it('copies at its next run what a template names, and does without what the ERP does not have', async () => {
    const { erp, school, records, run, ports } = await exportedSchool();
    await run();
    const [subject] = school.subjects;
    expect(records.get('op.subject', subject)).not.toHaveProperty('type');
    ports.wanted = new Map([['op.subject', new Set(['name', 'type', 'x_level'])]]);
    await run();
    expect(records.get('op.subject', subject)).toMatchObject({ type: 'theory' });
    const { gaps, fields } = await readModelState(ports.states, 'op.subject');
    expect(gaps).toContainEqual({
      ...{ field: 'x_level', isNeeded: false },
      consequence: 'Templates of an instance that take it find nothing.',
    });
    expect(fields).not.toContain('x_level');
    // Asked once: what is not there is not looked for in each run.
    const before = ports.counts.read;
    await run();
    await run();
    expect(ports.counts.read - before).toBeLessThan(50);
    await erp.stop();
  });

  it('makes good in the hourly comparison for what was missed, by its date or by its contact', async () => {
    const { erp, school, clock, records, run, ports } = await exportedSchool();
    await run();
    clock.move(3_600);
    // As if these had not been seen: a table that lacks a record, and holds former states of two others.
    const [first, second, third] = school.students as [number, number, number];
    records.items.delete(`op.student#${first}`);
    records.set({ ...records.get('op.student', second)!, email: 'former@example.org' });
    records.set({
      ...records.get('op.course', school.program)!,
      write_date: '2026-01-01 08:00:00',
      name: 'Former',
    });
    records.writes.length = 0;
    await run('all');
    expect(records.writes.toSorted()).toEqual([
      `put op.course ${school.program}`,
      `put op.student ${first}`,
      `put op.student ${second}`,
    ]);
    expect(records.get('op.student', third)).toBeDefined();
    expect(ports.counts.deleted).toBe(0);
    await erp.stop();
  });

  it('takes everything over anew where a module brings a field, or the language is another one', async () => {
    const { erp, records, run, ports } = await exportedSchool();
    await run();
    records.writes.length = 0;
    ports.source = 'school de_DE';
    const { models } = await run();
    expect(models['op.student']?.status).toBe('complete');
    expect(records.writes).toEqual([]);
    const { fields, ...state } = await readModelState(ports.states, 'op.batch');
    await ports.states.save('export/op.batch', {
      ...state,
      fields: fields!.filter((name) => name !== 'end_date'),
    });
    const { end_date: _date, ...without } = records.get('op.batch', 1)!;
    records.set(without as typeof without & { model: string; id: string });
    await run('all');
    await run();
    expect(records.get('op.batch', 1)).toHaveProperty('end_date');
    await erp.stop();
  });

  it('names what the table cannot hold, and exports all others', async () => {
    const { erp, school, clock, records, run } = await exportedSchool();
    erp.registrar.write('op.student', school.students[0]!, { last_name: 'Endless' });
    const { findings } = await run();
    expect(findings).toMatchObject([{ code: 'unstorable', model: 'op.student', count: 1, ids: ['1'] }]);
    expect(records.of('op.student')).toHaveLength(2);
    expect((await run('all')).findings).toHaveLength(1);
    clock.move(60);
    erp.registrar.write('op.student', school.students[0]!, { last_name: 'Short' });
    expect((await run('all')).findings).toEqual([]);
    expect(records.of('op.student')).toHaveLength(3);
    await erp.stop();
  });

  it('stops one model only where its module fails', async () => {
    const { erp, records, run } = await exportedSchool();
    const broken = faults.exception('builtins.ZeroDivisionError', 'division by zero');
    const undo = erp.intercept((call, proceed) =>
      call.call === 'op.student.search_read' ? broken(call, proceed) : proceed(),
    );
    const { findings, last_success } = await run();
    expect(findings).toMatchObject([{ code: 'builtins.ZeroDivisionError', model: 'op.student' }]);
    expect(last_success).toBeDefined();
    expect(records.of('op.student.course')).toHaveLength(3);
    undo();
    expect((await run()).findings).toEqual([]);
    expect(records.of('op.student')).toHaveLength(3);
    await erp.stop();
  });

  it('stops where a comparison shows that the database has been exchanged for another one', async () => {
    const { erp, clock, records, run } = await exportedSchool();
    await run('all');
    for (const item of records.of('op.student')) records.set({ ...item, create_date: '2020-01-01 08:00:00' });
    erp.registrar.unlink('op.student.course', 1);
    records.writes.length = 0;
    clock.move(60);
    const codes = ['another-database', 'other-records'];
    expect((await run('all')).findings.map(({ code }) => code)).toEqual(codes);
    clock.move(60);
    const { findings, last_success, last_error } = await run('all');
    expect(findings.map(({ code }) => code)).toEqual(codes);
    expect(last_success! < last_error!.at).toBe(true);
    expect(records.writes).toEqual([]);
    await erp.stop();
  });

  it('gives its lease back where it fails itself', async () => {
    const { erp, records, run, ports } = await exportedSchool();
    records.put = async () => {
      throw new Error('the table is away');
    };
    await expect(run()).rejects.toThrow('the table is away');
    expect(await ports.states.read('export')).not.toHaveProperty('lease');
    await erp.stop();
  });

  it('says of a model whose records cannot be read in its time that nothing is compared', async () => {
    let isShort = false;
    const { erp, run, ports } = await exportedSchool();
    await run();
    ports.hasTime = () => !isShort;
    const undo = erp.intercept(async ({ call }, proceed) => {
      // Only the comparison counts; from there on the time is over.
      if (call === 'op.department.search_count') isShort = true;
      return proceed();
    });
    for (let tries = 0; tries < 3; tries++) {
      isShort = false;
      await run('all');
    }
    undo();
    isShort = false;
    expect((await run('all')).findings).toMatchObject([
      { code: 'comparison-too-long', model: 'op.department' },
    ]);
    await erp.stop();
  });
});
