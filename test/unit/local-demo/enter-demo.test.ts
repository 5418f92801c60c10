import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoUniversity } from '#local/demo/demo-university.ts';
import { type EnteredDemo, enterDemo } from '#local/demo/enter-demo.ts';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';

describe('the demo university in an Odoo', () => {
  let odoo: SimulatedOdoo;
  let entered: EnteredDemo;
  const items = demoUniversity();
  beforeAll(async () => {
    odoo = await SimulatedOdoo.start();
    entered = enterDemo(odoo.registrar, items);
  });
  afterAll(() => odoo.stop());

  it('is there as a registrar has entered it', () => {
    expect(entered.refused).toEqual([]);
    expect(entered.ids.size).toBe(items.length);
    const idOf = (model: string, id: number) => entered.ids.get(`${model}#${id}`)!;
    const enrolment = items.find(({ model, id }) => model === 'op.student.course' && id === '12')!;
    expect(odoo.registrar.read('op.student.course', idOf('op.student.course', 12))).toMatchObject({
      student_id: [idOf('op.student', (enrolment.student_id as [number])[0]), expect.any(String)],
      subject_ids: (enrolment.subject_ids as number[]).map((id) => idOf('op.subject', id)),
      state: 'running',
    });
  });

  it('lacks only what the registrar could not choose: a department that does not exist', () => {
    const program = entered.ids.get('op.course#12')!;
    expect(odoo.registrar.read('op.course', program)).toMatchObject({ department_id: false });
  });
});
