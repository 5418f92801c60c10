import { expectedProblems } from '#local/demo/demo-university.ts';
import type { RecordItem } from '#shared/models/records.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { MoodleAnswerError, MoodleError, MoodleUnavailableError } from '#shared/moodle/client/errors.ts';
import { type Twins, twinsConflict } from '#shared/moodle/inventory/twins.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { RecordKey } from '#shared/moodle/push/entity.ts';
import { resultTable, stopwatch } from '../report.ts';
import type { Running } from '../running.ts';
import { causeList } from './causes.ts';
import { compareWithMoodle, isOwnFailure } from './compare-with-moodle.ts';

/** Good records that are named where some did not arrive. */
const mostNamed = 20;

/**
 * Prints the table and the failures, and reads Moodle back.
 *
 * @param records as they are now
 * @param written everything written, in the order in which it was
 * @returns whether every good record arrived: of the demo university it is known which are bad, of others it is those
 *   with a failure of their own
 */
export async function judge(
  running: Running,
  records: RecordItem[],
  written: RecordItem[],
): Promise<boolean> {
  const { system, instance, tally, client, isDemo, allFailures } = running;
  const mappings = await system.mappings(instance);
  const failing = mappings.filter(({ status }) => status !== 'synced');
  console.log(`\n${resultTable(written, tally, mappings)}`);
  console.log(
    'Adopted: was in Moodle already, from before or from another worker that met the same thing at that moment.',
  );
  const { all } = tally.callCounts();
  const count = written.length;
  console.log(
    `${all} web service calls for ${count} records written: ${((100 * all) / count).toFixed(1)} per 100.`,
  );
  if (failing.length > 0) {
    const causes = causeList(mappings, allFailures);
    console.log(`\nNot in Moodle, and why:\n${causes.join('\n')}`);
    if (causes.length < failing.length) console.log('  npm start -- --all-failures lists each of them.');
  }
  const expected = new Set(expectedProblems.map(({ model, id }) => `${model}#${id}`));
  const readBack = await readMoodleBack(client, records, mappings);
  const missing = readBack?.missing;
  const twins = twinList(readBack?.twins ?? [], mappings);
  const lost = [
    ...failing
      .filter((mapping) =>
        isDemo ? !expected.has(`${mapping.model}#${mapping.record_id}`) : !isOwnFailure(mapping),
      )
      .map(({ model, record_id }) => ({ model, id: record_id })),
    ...(missing ?? []),
  ];
  for (const line of tally.errors) console.error(line);
  if (twins.length > 0) console.log(`\nMore than once in Moodle:\n${twins.join('\n')}`);
  if (missing && lost.length + twins.length + tally.errors.length === 0) {
    console.log('\nEvery good record arrived.');
    return true;
  }
  const names = [...new Set(lost.map(({ model, id }) => `${model} ${id}`))];
  const named = names.slice(0, allFailures ? names.length : mostNamed);
  const rest = names.length > named.length ? ` and ${names.length - named.length} more` : '';
  if (names.length > 0) console.log(`\nGood records that did not arrive: ${named.join(', ')}${rest}.`);
  else if (missing && twins.length === 0)
    console.log('\nAll good records are there, but a function reported the errors above.');
  return false;
}

/** What stands in Moodle more than once, a line each. */
function twinList(twins: readonly Twins[], mappings: readonly Mapping[]): string[] {
  const ids = new Map(mappings.map(({ idnumber, moodle_id: id }) => [idnumber, id]));
  return twins.map((each) => `  ${twinsConflict(each, ids.get(each.idnumber)).reason}`);
}

/** Reads Moodle back. When that fails, nothing is known to have arrived. */
async function readMoodleBack(
  client: MoodleClient,
  records: RecordItem[],
  mappings: Mapping[],
): Promise<{ missing: RecordKey[]; twins: Twins[] } | undefined> {
  const took = stopwatch();
  try {
    const { checked, ...readBack } = await compareWithMoodle(client, records, mappings);
    console.log(
      `\nRead back from Moodle in ${took()} (calls of their own): ${checked} categories, courses, groups, accounts, enrolments and memberships.`,
    );
    return readBack;
  } catch (error) {
    const isOfMoodle = [MoodleError, MoodleUnavailableError, MoodleAnswerError].some(
      (type) => error instanceof type,
    );
    if (!isOfMoodle) throw error;
    console.log(`\nMoodle could not be read back. ${(error as Error).message}`);
    return undefined;
  }
}
