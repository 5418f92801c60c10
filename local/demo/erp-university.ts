import type { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { demoUniversity } from './demo-university.ts';
import { type EnteredDemo, enterDemo } from './enter-demo.ts';

/** Something that a registrar does, and what it is called. */
export type RegistrarChange = { title: string; make: () => void };

/** The demo university in a simulated Odoo, and what its registrar may do there. */
export class ErpUniversity {
  readonly odoo: SimulatedOdoo;
  readonly entered: EnteredDemo;

  constructor(odoo: SimulatedOdoo) {
    this.odoo = odoo;
    this.entered = enterDemo(odoo.registrar, demoUniversity());
  }

  /** Everyday changes: one for each way in which a change can hide from whoever reads only what was saved last. */
  changes(): RegistrarChange[] {
    const { registrar } = this.odoo;
    const [renamed, archived, enrolled] = [1, 2, 3].map((id) => this.#id('op.student', id));
    const program = this.#id('op.course', 3);
    return [
      {
        title: "A student's e-mail address is corrected on the contact",
        make: () => {
          const [partner] = registrar.read('op.student', renamed!)!.partner_id as [number, string];
          registrar.write('res.partner', partner, { email: 'corrected.address@students.example.org' });
        },
      },
      {
        title: 'A student is enrolled in another batch',
        make: () => registrar.create('op.student.course', this.#enrolmentElsewhere(enrolled!)),
      },
      {
        title: 'A student is archived',
        make: () => registrar.archive('op.student', archived!),
      },
      {
        title: 'A program gains a subject',
        make: () => {
          const { subject_ids: subjects } = registrar.read('op.course', program)!;
          const all = [...(subjects as number[]), this.#id('op.subject', 2)];
          registrar.write('op.course', program, { subject_ids: [[6, 0, all]] });
        },
      },
    ];
  }

  #id(model: string, id: number): number {
    const entered = this.entered.ids.get(`${model}#${id}`);
    if (entered === undefined) throw new RangeError(`The demo university lacks the ${model} ${id}.`);
    return entered;
  }

  #enrolmentElsewhere(student: number): Record<string, unknown> {
    const { registrar } = this.odoo;
    const batchOf = (row: Record<string, unknown>) => (row.batch_id as [number, string])[0];
    const has = new Set(
      registrar
        .all('op.student.course')
        .filter(({ student_id }) => (student_id as [number, string])[0] === student)
        .map(batchOf),
    );
    const other = registrar.all('op.batch').find(({ id }) => !has.has(id as number))!;
    const [program] = other.course_id as [number, string];
    return { student_id: student, batch_id: other.id, course_id: program, roll_number: '900001' };
  }
}
