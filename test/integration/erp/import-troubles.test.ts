import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InterceptedCall, Interceptor } from '#local/odoo/simulated-odoo.ts';
import { faults } from '#test/peers/odoo-faults.ts';
import type { Kit } from '../kit.ts';
import { Gate, untilRedelivered } from '../reliability/support.ts';
import {
  erpCallsDuring,
  erpRow,
  erpWritesDuring,
  givenUp,
  hour,
  importState,
  inErp,
  makeSchool,
  minute,
  PulledAttendance,
  PulledExam,
  pullIn,
  putPulled,
  type School,
  sendToErp,
  standing,
  startImportKit,
  sweepImports,
} from './import-support.ts';

let kit: Kit;
let school: School;
let columns = 700;
beforeAll(async () => {
  kit = await startImportKit();
  school = makeSchool(kit, 3);
});
afterAll(() => kit.stop());

const newExam = () => new PulledExam(school, ++columns);

/** The marks in the ERP of an exam from Moodle. */
async function marksOf(exam: PulledExam): Promise<unknown[]> {
  const examId = (await erpRow(kit, 'op.exam', exam.id))?.erp_id;
  return inErp(kit, 'op.result.line', 'exam_id', 'marks')
    .filter(({ exam_id }) => exam_id === examId)
    .map(({ marks }) => marks);
}

/** Does something while an interceptor stands around the calls of the ERP. */
async function whileFailing<T>(fault: Interceptor, work: () => Promise<T>): Promise<T> {
  const undo = kit.erp.intercept(fault);
  try {
    return await work();
  } finally {
    undo();
  }
}

describe('an ERP that is away for a day', () => {
  it('costs no record its attempts, is hardly called meanwhile, and gets everything afterwards', async () => {
    kit.expectErrors(/The breaker is open/);
    const exam = newExam();
    const [student] = school.students as [number];
    const line = exam.line(student, 50);
    const undo = kit.erp.intercept(faults.htmlPage(502));
    // The session, the exam and the line are a unit each: three failures in a row.
    await pullIn(kit, ...exam.records(), line);
    const calls = await erpCallsDuring(kit, async () => {
      await kit.advance(24 * hour);
      await sweepImports(kit);
    });
    // A probe each ten minutes, and no more.
    expect(calls.length).toBeLessThan(24 * 7);
    expect((await importState(kit)).breaker).toMatchObject({ opened_at: expect.any(Number) });
    undo();
    await kit.advance(20 * minute);
    expect(await marksOf(exam)).toEqual([50]);
    expect(await erpRow(kit, 'op.result.line', line.id)).toMatchObject({ status: 'synced', attempts: 0 });
    expect(await givenUp(kit)).toEqual([]);
    expect((await importState(kit)).breaker.opened_at).toBeUndefined();
  });
});

describe('a record that the ERP refuses for ever', () => {
  it('is tried five times at the tiers’ times, and given up once', async () => {
    const exam = newExam();
    const [student] = school.students as [number];
    const line = exam.line(student, 50);
    let tries = 0;
    const refusal: Interceptor = async (call, proceed) => {
      if (call.call !== 'op.result.line.create') return proceed();
      tries += 1;
      return faults.exception('odoo.exceptions.ValidationError', 'Enter proper Marks!')(call, proceed);
    };
    await whileFailing(refusal, async () => {
      await pullIn(kit, ...exam.records(), line);
      for (const [wait, count] of [
        [6 * minute, 2],
        [30 * minute, 3],
        [4 * hour, 4],
        [24 * hour, 5],
      ] as const) {
        await kit.advance(wait - 2 * minute);
        expect(tries).toBe(count - 1);
        await kit.advance(2 * minute);
        expect(tries).toBe(count);
      }
      await kit.advance(48 * hour);
      await sweepImports(kit);
      expect(tries).toBe(5);
    });
    expect(await givenUp(kit)).toMatchObject([
      { model: 'op.result.line', record_id: line.id, reason: 'validation-error', attempts: '5' },
    ]);
    expect((await erpRow(kit, 'op.result.line', line.id))?.failure).toMatchObject({
      class: 'refused',
      reason: expect.stringContaining('Enter proper marks'),
    });
    // A new grade starts over.
    await pullIn(kit, exam.line(student, 60));
    expect([await marksOf(exam), await standing(kit, line)]).toEqual([[60], 'synced']);
  });
});

describe('a call whose answer is lost', () => {
  it.each(['op.exam.create', 'op.result.line.create'])('%s: is not repeated', async (name) => {
    const exam = newExam();
    const [student] = school.students as [number];
    await whileFailing(faults.times(1, name, faults.gatewayTimeoutAfterwards()), () =>
      pullIn(kit, ...exam.records(), exam.line(student, 50)),
    );
    await kit.advance(6 * minute);
    expect(await marksOf(exam)).toEqual([50]);
    const code = String(exam.records()[1]!.exam_code);
    expect(inErp(kit, 'op.exam', 'exam_code').filter(({ exam_code }) => exam_code === code)).toHaveLength(1);
    expect(await standing(kit, exam.line(student, 50))).toBe('synced');
  });

  it('op.result.line.write: is no edit of a person, whatever Moodle says next', async () => {
    const exam = newExam();
    const [student] = school.students as [number];
    await pullIn(kit, ...exam.records(), exam.line(student, 50));
    await whileFailing(faults.times(1, 'op.result.line.write', faults.gatewayTimeoutAfterwards()), () =>
      pullIn(kit, exam.line(student, 60)),
    );
    await pullIn(kit, exam.line(student, 70));
    await kit.advance(6 * minute);
    expect([await marksOf(exam), await standing(kit, exam.line(student, 70))]).toEqual([[70], 'synced']);
  });
});

describe('a worker that is killed between the ERP’s answer and its note', () => {
  /** Kills the workers at the first call of a name, after it was carried out, and waits until its unit comes back. */
  async function killedAfter(name: string, work: () => Promise<unknown>): Promise<void> {
    let killing: Promise<unknown> | undefined;
    kit.expectErrors(/Runtime\.ExitError/);
    const killer: Interceptor = async (call, proceed) => {
      if (killing || call.call !== name) return proceed();
      const answer = await proceed();
      killing = (async () => {
        for (let left = 2; left > 0 && (await kit.cloud.killFunction('erp-import')); left -= 1);
      })();
      await killing;
      void answer;
      return { kind: 'reset' };
    };
    await whileFailing(killer, async () => {
      await work();
      expect(killing).toBeDefined();
      await kit.advance(untilRedelivered);
    });
    await kit.settle();
  }

  it.each(['op.exam.create', 'op.result.line.create', 'op.exam.attendees.create'])(
    '%s: nothing is made twice',
    async (name) => {
      const exam = newExam();
      const [student] = school.students as [number];
      const records = [...exam.records(), exam.line(student, 50), exam.attendee(student, 50)];
      await killedAfter(name, () => pullIn(kit, ...records));
      await kit.advance(6 * minute);
      expect(await marksOf(exam)).toEqual([50]);
      const { erp_id: examId } = (await erpRow(kit, 'op.exam', exam.id))!;
      const attendees = inErp(kit, 'op.exam.attendees', 'exam_id', 'student_id', 'marks', 'batch_id');
      expect(attendees.filter(({ exam_id }) => exam_id === examId)).toEqual([
        { exam_id: examId, student_id: student, marks: 50, batch_id: school.batch },
      ]);
      // It is known to be the import's own: a mark that is taken back now is deleted.
      await pullIn(kit, exam.line(student, null));
      expect(await marksOf(exam)).toEqual([]);
    },
  );

  it('op.attendance.sheet.create: the sheet is found again, and that of another session is not taken for it', async () => {
    const activity = new PulledAttendance(school, 77);
    const [first] = school.students as [number];
    await pullIn(kit, ...activity.records(1), activity.line(1, first, 'P'));
    await killedAfter('op.attendance.sheet.create', () =>
      pullIn(kit, ...activity.records(2), activity.line(2, first, 'A')),
    );
    await kit.advance(6 * minute);
    expect(inErp(kit, 'op.attendance.sheet', 'id')).toHaveLength(2);
    const lines = inErp(kit, 'op.attendance.line', 'attendance_id', 'present', 'absent');
    expect(lines.map(({ present, absent }) => [present, absent])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(new Set(lines.map(({ attendance_id: sheet }) => sheet)).size).toBe(2);
  });
});

describe('two workers at once', () => {
  /** Holds the first call of a name until a second worker has had its say. */
  function held(name: string): { interceptor: Interceptor; gate: Gate } {
    const gate = new Gate();
    let seen = 0;
    const interceptor = async (call: InterceptedCall, proceed: () => ReturnType<Interceptor>) => {
      if (call.call === name && ++seen === 1) await gate.pass();
      return proceed();
    };
    return { interceptor: interceptor as Interceptor, gate };
  }

  it('make one result of one grade, and the newer grade stands', async () => {
    const exam = newExam();
    const [student] = school.students as [number];
    await pullIn(kit, ...exam.records());
    const { interceptor, gate } = held('op.result.line.create');
    await whileFailing(interceptor, async () => {
      await putPulled(kit, exam.line(student, 50));
      await gate.arrived(1);
      await putPulled(kit, exam.line(student, 90));
      await sendToErp(kit, { model: 'op.result.line', ids: [exam.line(student, 90).id] });
      // The second one has found the claim, and comes back when the first is through.
      await untilLogged('later');
      gate.open();
      await kit.settle();
      await kit.advance(minute);
    });
    expect([await marksOf(exam), await standing(kit, exam.line(student, 90))]).toEqual([[90], 'synced']);
  });

  async function untilLogged(outcome: string): Promise<void> {
    const isThere = () => kit.cloud.logs('erp-import').some((line) => line.includes(`"${outcome}":1`));
    while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

describe('a sweep', () => {
  it('finds what the stream has missed, and writes nothing where nothing is missing', async () => {
    const exam = newExam();
    const [student] = school.students as [number];
    // A write that does not say that it is a pull's is none that the stream takes.
    const missed = { instance: 'demo', pulled_at: new Date(kit.cloud.clock.now()).toISOString() };
    await kit.put(...[...exam.records(), exam.line(student, 42)].map((record) => ({ ...record, ...missed })));
    await kit.settle();
    expect(await marksOf(exam)).toEqual([]);
    await sweepImports(kit);
    expect(await marksOf(exam)).toEqual([42]);
    expect(await erpWritesDuring(kit, () => sweepImports(kit))).toEqual([]);
  });
});
