import type { OecItem } from '#shared/models/fields/oec-item.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { RecordKey } from '#shared/moodle/push/entity.ts';
import { findTwins } from '#shared/moodle/twins/find-twins.ts';
import type { Twins } from '#shared/moodle/twins/twins.ts';
import { type ExpectedFacts, expectedFacts } from './expected-facts.ts';
import { factsInMoodle } from './facts-in-moodle.ts';

/** Failures that are a record's own: it cannot arrive until somebody corrects it. */
const ownFailures = new Set(['invalid', 'conflict', 'dependency']);

/** Whether a failure is the record's own fault, as far as the link can tell. */
export function isOwnFailure({ failure }: Mapping): boolean {
  return failure !== undefined && ownFailures.has(failure.class);
}

/**
 * Asks Moodle itself for everything that the good records stand for: categories, courses, groups, accounts,
 * participants and members. Records with a failure of their own, and what needs those, are not good ones.
 *
 * @returns how much was looked for, the good records of which something is missing, and what is there more than once
 * @throws the errors of the Moodle client
 */
export async function compareWithMoodle(
  client: MoodleClient,
  items: OecItem[],
  mappings: Mapping[],
): Promise<{ checked: number; missing: RecordKey[]; twins: Twins[] }> {
  const wanted = withoutFaulty(expectedFacts(items), mappings);
  const checked = new Set(wanted.flatMap(({ facts }) => facts));
  const accounts = [...checked].filter((fact) => /^oec_(student|faculty)_\d+$/.test(fact));
  const found = await factsInMoodle(client, accounts, mappings);
  const missing = wanted.filter(({ facts }) => facts.some((fact) => !found.has(fact)));
  const own = new Set(mappings.map(({ idnumber }) => idnumber));
  const twins = await findTwins(client, { isOwn: (idnumber) => own.has(idnumber) });
  return { checked: checked.size, missing: missing.map(({ source }) => source), twins };
}

/** The expectations without those of faulty records, and without the facts that involve something faulty. */
export function withoutFaulty(wanted: ExpectedFacts[], mappings: Mapping[]): ExpectedFacts[] {
  const faulty = mappings.filter(isOwnFailure);
  const records = new Set(faulty.map(({ model, record_id: id }) => `${model}#${id}`));
  const entities = new Set(faulty.map(({ idnumber }) => idnumber));
  const involvesFaulty = (fact: string) => {
    const parts = fact.split('@');
    // `a@b@c` also involves the group `b@c`.
    return parts.some((part, index) => entities.has(part) || entities.has(parts.slice(index).join('@')));
  };
  return wanted
    .filter(({ source }) => !records.has(`${source.model}#${source.id}`))
    .map(({ source, facts }) => ({ source, facts: facts.filter((fact) => !involvesFaulty(fact)) }));
}
