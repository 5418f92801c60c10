import { performance } from 'node:perf_hooks';
import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { instanceSchema } from '#shared/engine/instance.ts';
import type { Log } from '#shared/engine/ports.ts';
import { planPull, runPull } from '#shared/engine/pull.ts';
import type { PullName, PullTask } from '#shared/engine/pull-service.ts';
import { MoodleClient } from '#shared/moodle/client.ts';
import { pullServices } from '#shared/services/pull-services.ts';
import { linksStore } from '#shared/store/links-store.ts';
import { mappingsStore } from '#shared/store/mappings-store.ts';
import { pullStates } from '#shared/store/pull-states.ts';
import { pulledRecords } from '#shared/store/pulled-records.ts';
import { recordsStore } from '#shared/store/records-store.ts';
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
  instances: {
    getBreaker: async () => ({ revision: 0, failures: 0, probes: 0 }),
    saveBreaker: async () => true,
  },
  queue: { send: async (task: PullTask) => void tasks.push(task) },
  clock,
  log: silent,
  count: (name: string, count: number) => void counts.set(name, (counts.get(name) ?? 0) + count),
  hasTime: () => true,
};

console.log(`Filling a Moodle: ${courses} courses, ${students} students and ${items} items each …`);
const filled = await fillMoodle(moodle, mappings, { courses, students, items });

const first = await measured('first pull');
const lines = await countLines();
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
items read per course   ${(unchanged.read / courses).toFixed(2)} (gradebook), ${(unchanged.readForAssignments / courses).toFixed(2)} (assignments)
unchanged / first       ${(unchanged.seconds / first.seconds).toFixed(2)} of the time, ${unchanged.written} records written`);

const reports = 'gradereport_user_get_grade_items';
const best = 'mod_quiz_get_user_best_grade';
const grades = 'mod_assign_get_grades';
require(lines === filled.grades, 'The first pull did not write a line for each grade.');
require(unchanged.written === 0, 'Nothing has changed, yet records were written.');
require(unchanged.read <= courses, 'More than an item was read for an unchanged course.');
require(unchanged.calls[reports] === courses, 'There was not one grade call for each course.');
require(unchanged.calls[best] === undefined, 'A quiz was asked though nothing has changed.');
require((unchanged.calls[grades] ?? 0) <=
  Math.ceil(filled.assignments / 50) + 1, 'More than a call for 50 assignments.');
require(quizzes.calls[best] === 3, 'Three quiz grades did not cost three calls.');
require(quizzes.written === 6, 'Three quiz grades did not write three lines and three attendees.');
require(assignment.written === 2, 'An assignment grade did not write one line and one attendee.');
require(assignment.calls[grades] ===
  unchanged.calls[grades], 'A changed assignment grade cost another call.');

function require(isMet: boolean, complaint: string): void {
  if (!isMet) throw new Error(complaint);
}

interface Measured {
  seconds: number;
  written: number;
  /** Items that the gradebook's pull has read, its plan included. */
  read: number;
  readForAssignments: number;
  calls: Record<string, number>;
}

/** Plans and works off the gradebook, then the assignments, and says what that took. */
async function measured(what: string): Promise<Measured> {
  const start = performance.now();
  const writtenBefore = counts.get('RecordsPulled') ?? 0;
  moodle.resetCalls();
  const read = await itemsReadBy('gradebook');
  const readForAssignments = await itemsReadBy('assessments');
  const calls: Record<string, number> = {};
  for (const { function: name } of moodle.calls) calls[name] = (calls[name] ?? 0) + 1;
  const seconds = (performance.now() - start) / 1000;
  const written = (counts.get('RecordsPulled') ?? 0) - writtenBefore;
  console.log(
    `${what.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s  ${String(written).padStart(7)} records written  ${String(read + readForAssignments).padStart(7)} items read  ${JSON.stringify(calls)}`,
  );
  return { seconds, written, read, readForAssignments, calls };
}

/** The result lines in the table. */
async function countLines(): Promise<number> {
  const pages = paginateQuery(
    { client: tables.client },
    {
      TableName: 'records',
      Select: 'COUNT',
      KeyConditionExpression: 'model = :model',
      ExpressionAttributeValues: { ':model': 'op.result.line' },
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
