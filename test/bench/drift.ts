import { performance } from 'node:perf_hooks';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { PushKit } from '#test/unit/push/push-kit.ts';
import { universityOf } from './university.ts';

/**
 * Compares a Moodle with what was pushed to it, with nothing changed and with a little of everything, and counts calls:
 * `npm run bench:drift -- [records]`. Moodle and mappings are in this process: the times say nothing of a real one.
 */
const count = Number(process.argv[2] ?? 1_000);
if (!Number.isInteger(count) || count < 100)
  throw new Error('The number of records is a whole number from 100 on.');

await using kit = await PushKit.start();
console.log(`Pushing ${count} records to a Moodle …`);
await kit.put(...universityOf(count));
await kit.settle();
require(Object.keys(kit.troubles()).length === 0, 'Not all that is compared was pushed.');

const { siteState } = kit.moodle;
const teacher = teacherOf(kit.moodle);
const programs = [...kit.mappings.rows.values()].filter(({ service }) => service === 'programs');
const courses = [...kit.mappings.rows.values()].filter(({ service }) => service === 'subjects');
const accounts = [...kit.mappings.rows.values()].filter(({ service }) =>
  /^(students|faculty)$/.test(service),
);
console.log(
  `${courses.length} courses, ${accounts.length} accounts, ${siteState.enrolments.size} enrolments`,
);

const unchanged = await measured('nothing changed');
const [course] = courses;
for (const { userid } of siteState.enrolments.find('course', course!.moodle_id!).slice(0, 5))
  teacher.people.unenrol(course!.moodle_id!, userid);
teacher.hideCourse(courses.at(-1)!.moodle_id!);
const changed = await measured('five unenrolled, one course hidden');

const people = 'core_enrol_get_enrolled_users';
const groups = 'core_group_get_course_groups';
require(unchanged.found === 0, 'Nothing has changed, yet something was found.');
require((unchanged.calls[people] ?? 0) <= courses.length, 'More than a call for the people of a course.');
require((unchanged.calls[groups] ?? 0) <= courses.length, 'More than a call for the groups of a course.');
require(sum(unchanged.calls) <=
  3 +
    programs.length +
    2.1 * courses.length +
    accounts.length / 50, 'More calls in bulk than a call for 50.');
require(changed.found === 6, 'Not all that was changed was found, or more.');
require(sum(changed.calls) - sum(unchanged.calls) <=
  4, 'What was found cost more than a look and three calls.');

interface Measured {
  found: number;
  calls: Record<string, number>;
}

async function measured(what: string): Promise<Measured> {
  const start = performance.now();
  kit.moodle.resetCalls();
  const found = (await kit.compare()).length;
  const calls: Record<string, number> = {};
  for (const { function: name } of kit.moodle.calls) calls[name] = (calls[name] ?? 0) + 1;
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${what.padEnd(36)} ${seconds.toFixed(1).padStart(6)} s  ${String(found).padStart(4)} found  ${String(sum(calls)).padStart(5)} calls  ${JSON.stringify(calls)}`,
  );
  return { found, calls };
}

function sum(calls: Record<string, number>): number {
  return Object.values(calls).reduce((all, each) => all + each, 0);
}

function require(isMet: boolean, complaint: string): void {
  if (!isMet) throw new Error(complaint);
}
