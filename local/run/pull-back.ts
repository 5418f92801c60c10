import Table from 'cli-table3';
import { teachDemo } from '#local/demo/demo-teaching.ts';
import type { LocalSystem } from '#local/local-system.ts';
import type { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { pullNames } from '#shared/moodle/pulls/pull-service.ts';
import type { Item } from '#shared/store/documents.ts';
import { callList } from './report.ts';
import { stopwatch } from './stopwatch.ts';
import type { Tally } from './tally.ts';

/**
 * Has teachers work in the simulated Moodle, pulls, and shows what arrived in the records table: once, again without
 * any change, and after three grades have changed.
 *
 * @returns whether exactly what was to come back came back
 */
export async function pullBack(
  system: LocalSystem,
  tally: Tally,
  moodle: SimulatedMoodle,
  instance: string,
): Promise<boolean> {
  const pull = (title: string) => pullAll(system, tally, instance, title);
  const { expected, changeThreeGrades } = teachDemo(moodle);
  console.log('\nTeachers grade, take attendance and complete courses in Moodle; everything is pulled:');
  const first = await pull(`  Calls`);
  const completed = first.filter(({ model }) => model === 'op.student.course');
  console.log(arrivals(first));
  const isAllThere = Object.entries(expected).every(
    ([model, count]) => first.filter((record) => record.model === model).length === count,
  );
  const second = await pull('  Pulled once more, nothing has changed');
  console.log(`  Records written: ${second.length}.`);
  changeThreeGrades();
  const third = await pull('  Pulled after a teacher changed three grades');
  console.log(`  Records written: ${third.length}.`);
  const isRight = isAllThere && completed.length > 0 && second.length === 0 && third.length === 3;
  if (!isRight) console.log(`\nNot what was to come back: ${JSON.stringify(expected)}.`);
  return isRight;
}

/** Pulls everything once. @returns the records that were written */
export async function pullAll(
  system: LocalSystem,
  tally: Tally,
  instance: string,
  title: string,
): Promise<Item[]> {
  const since = new Date(system.cloud.clock.now()).toISOString();
  const before = new Map(tally.calls);
  const took = stopwatch();
  for (const name of pullNames) {
    await system.cloud.invoke('pull-planner', { pull: name });
    await system.settle();
  }
  console.log(`${title} (${took()}): ${callList(tally.callsSince(before))}`);
  return system.pulled(instance, since);
}

/** What arrived, a row for each model, with the fields that say the most about one of its records. */
export function arrivals(records: Item[]): string {
  const table = new Table({ head: ['pulled', 'records', 'one of them'], style: { head: [], border: [] } });
  for (const [model, ofModel] of Map.groupBy(records, ({ model }) => String(model))) {
    const [one = {}] = ofModel;
    table.push([model, ofModel.length, [one.id, ...shown(one)].join(' · ')]);
  }
  return table.toString();
}

const telling = ['name', 'marks', 'status', 'grade_raw', 'grade_max', 'present', 'absent', 'late', 'excused'];

function shown(record: Item): string[] {
  const fields = telling.filter((name) => record[name] !== undefined && record[name] !== false);
  return fields.map((name) => `${name} ${String(record[name])}`);
}
