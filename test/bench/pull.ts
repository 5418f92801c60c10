import { performance } from 'node:perf_hooks';
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { pullServices } from '#shared/moodle/pull-services.ts';
import { planPull, runPull } from '#shared/moodle/pulls/pull.ts';
import type { PullName } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullTask } from '#shared/moodle/pulls/pull-service.ts';
import { linksStore } from '#shared/store/tables/links-store.ts';
import { mappingsStore } from '#shared/store/tables/mappings-store.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';
import { pulledRecords } from '#shared/store/tables/pulled-records.ts';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import type { Log } from '#shared/sync/ports.ts';
import { fillMoodle } from './graded-university.ts';
import { BenchTables } from './tables.ts';

/**
 * Pulls the grades of a university twice, the second time with nothing changed, then changes a few:
 * `npm run bench:pull -- [courses] [students] [items]`. Tables and Moodle are in this process, so the times compare
 * the pulls with each other and do not say what AWS and a real Moodle take.
 */
const [courses = 500, students = 60, items = 8] = process.argv.slice(2).map(Number);
if (![courses, students, items].every((count) => Number.isInteger(count) && count >= 4))
  throw new Error('Courses, students and items are whole numbers from 4 on.');

const silent: Log = { debug() {}, info() {}, warn: console.warn, error: console.error };
const clock = { now: () => Date.now(), sleep: async () => {} };
const tables = await BenchTables.start();
const moodle = await SimulatedMoodle.start();
const instance = instanceSchema.parse({ id: 'bench', base_url: moodle.url });
const tasks: PullTask[] = [];
const counts = new Map<string, number>();
const mappings = mappingsStore(tables.client, 'mappings');
const ports = {
  records: recordsStore(tables.client, 'records'),
  pulled: pulledRecords(tables.client, 'records', clock.now),
  links: linksStore(tables.client, 'links'),
  mappings,
  states: pullStates(tables.client, 'mappings', clock.now),
  // Read once a task and not once a course, so it is not counted.
  brake: { takeBack: async () => 'taken' as const, addHolds: async () => {} },
  instances: {
    getBreaker: async () => ({ revision: 0, failures: 0, probes: 0 }),
    saveBreaker: async () => true,
  },
  queue: { send: async (sent: PullTask[]) => void tasks.push(...sent) },
  clock,
  log: silent,
  count: (name: string, count: number) => void counts.set(name, (counts.get(name) ?? 0) + count),
  hasTime: () => true,
};

console.log(`Filling a Moodle: ${courses} courses, ${students} students and ${items} items each …`);
const filled = await fillMoodle(moodle, mappings, { courses, students, items });

const first = await measured('first pull');
const lines = await countLines('op.result.line');
const attendees = await countLines('op.exam.attendees');
const unchanged = await measured('second pull, unchanged');
filled.changeQuizzes(3);
const quizzes = await measured('three quiz grades changed');
filled.changeAssignment();
const assignment = await measured('one assignment changed');
await moodle.stop();
tables.stop();

console.log(`
grades in Moodle        ${filled.grades}
result lines            ${lines}
attendees               ${attendees}
items read per course   ${(unchanged.read / courses).toFixed(2)}
unchanged / first       ${(unchanged.seconds / first.seconds).toFixed(2)} of the time, ${unchanged.written} records written`);

const report = 'gradereport_user_get_grade_items';
const passMark = 'mod_quiz_get_user_best_grade';
const total = ({ calls }: Measured) => Object.values(calls).reduce((sum, count) => sum + count, 0);
require(lines === filled.grades, 'The first pull did not write a line for each grade.');
require(attendees ===
  filled.activityGrades, 'The first pull did not write an attendee for each grade of an activity.');
require(first.calls[report] === courses, 'There was not one report for each course.');
require(first.calls[passMark] === filled.quizzes, 'There was not one call for the pass mark of each quiz.');
require(total(first) ===
  3 * courses + filled.quizzes, 'The first pull cost other calls than three a course and one a quiz.');
require(unchanged.written === 0, 'Nothing has changed, yet records were written.');
require(unchanged.read <= courses, 'More than an item was read for an unchanged course.');
require(total(unchanged) === courses, 'An unchanged course cost more than the call for its report.');
require(total(quizzes) <= courses + 2 * 3, 'A change cost more than two calls more.');
require(quizzes.written === 6, 'Three quiz grades did not write three lines and three attendees.');
require(assignment.written === 2, 'An assignment grade did not write one line and one attendee.');
require(total(assignment) === courses + 2, 'A change cost more than two calls more.');

function require(isMet: boolean, complaint: string): void {
  if (!isMet) throw new Error(complaint);
}

interface Measured {
  seconds: number;
  written: number;
  /** Items that the pull has read, its plan included. */
  read: number;
  calls: Record<string, number>;
}

/** Plans and works off a pull, and says what that took. */
async function measured(what: string): Promise<Measured> {
  const start = performance.now();
  const writtenBefore = counts.get('RecordsPulled') ?? 0;
  moodle.resetCalls();
  const read = await itemsReadBy('gradebook');
  const calls: Record<string, number> = {};
  for (const { function: name } of moodle.calls) calls[name] = (calls[name] ?? 0) + 1;
  const seconds = (performance.now() - start) / 1000;
  const written = (counts.get('RecordsPulled') ?? 0) - writtenBefore;
  console.log(
    `${what.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s  ${String(written).padStart(7)} records written  ${String(read).padStart(7)} items read  ${JSON.stringify(calls)}`,
  );
  return { seconds, written, read, calls };
}

/** The records of a model in the table. */
async function countLines(model: string): Promise<number> {
  const pages = paginateQuery(
    { client: tables.client },
    {
      TableName: 'records',
      Select: 'COUNT',
      KeyConditionExpression: 'model = :model',
      ExpressionAttributeValues: { ':model': model },
    },
  );
  let lines = 0;
  for await (const { Count = 0 } of pages) lines += Count;
  return lines;
}

async function itemsReadBy(pull: PullName): Promise<number> {
  const before = tables.usage.items;
  await planPull(pullServices[pull], instance, ports);
  for (let task = tasks.shift(); task; task = tasks.shift()) {
    const client = new MoodleClient({ baseUrl: moodle.url, token: moodle.token });
    await runPull(pullServices[pull], task, instance, client, ports, false);
  }
  return tables.usage.items - before;
}
