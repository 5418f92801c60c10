import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { chosenInstance } from '#cli/instances/instance-argument.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { table } from '#cli/output/table.ts';
import type { Mapping } from '#shared/sync/ledger/mapping.ts';
import { leftOutOf } from '#shared/sync/ledger/push-record.ts';
import { failureData, nextStep, why } from './failure-text.ts';
import { readMessages } from './read-failures.ts';
import { keyOfMapping, keysOfMessage } from './selection.ts';

/** Everything about one entity, with advice. */
export async function showFailure(
  context: CommandContext,
  _options: object,
  id: string,
  idnumber: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  await chosenInstance(deployment, id);
  const mapping = await knownMapping(deployment, id, idnumber);
  const leftOut = leftOutOf(mapping);
  const related = await deployment.mappings.getMany(id, [...(mapping.failure?.waits_for ?? []), ...leftOut]);
  const messages = (await readMessages(deployment)).filter((message) =>
    keysOfMessage(message).includes(keyOfMapping(mapping)),
  );
  const next = nextStep(mapping);
  return {
    data: {
      ...failureData(mapping),
      left_out: leftOut,
      next_step: next,
      related: [...related.values()].map(failureData),
      messages: messages.map((message) => ({ message_id: message.id, sent_at: message.sent_at })),
    },
    text: [
      factsText(mapping),
      ...(mapping.failure ? [`Reason: ${mapping.failure.reason}`, `Advice: ${mapping.failure.advice}`] : []),
      `Next:   ${next}`,
      ...[...related.values()].map((row) => relatedText(row, leftOut)),
      ...messages.map(
        (message) => `PermanentlyFailed holds a message of it since ${message.sent_at} (${message.id}).`,
      ),
    ].join('\n'),
  };
}

/**
 * The mapping of an entity.
 *
 * @throws OperatorError when there is none, naming others of the same record
 */
export async function knownMapping(
  { mappings }: Deployment,
  instance: string,
  idnumber: string,
): Promise<Mapping> {
  const found = (await mappings.getMany(instance, [idnumber])).get(idnumber);
  if (found) return found;
  const [record = idnumber] = idnumber.split('@');
  const near = (await mappings.listByPrefix(instance, record))
    .map((mapping) => mapping.idnumber)
    .filter((name) => name === record || name.startsWith(`${record}@`));
  throw new OperatorError(
    `${instance} knows nothing of ${idnumber}.`,
    near.length > 0
      ? `There is ${near.join(', ')}.`
      : 'Nothing has been pushed under it yet. An idnumber is one such as oec_student_26 or oec_student_26@enrolments.',
  );
}

function factsText(mapping: Mapping): string {
  const rows: [string, string][] = [
    ['instance', mapping.instance],
    ['idnumber', mapping.idnumber],
    ['record', `${mapping.model} ${mapping.record_id}`],
    ['status', mapping.status],
    ['why', why(mapping)],
    ['field', mapping.failure?.field ?? ''],
    ['failed attempts', String(mapping.attempts)],
    ['first failed (UTC)', mapping.first_failed_at ?? ''],
    ['last failed (UTC)', mapping.last_failed_at ?? ''],
    ['next attempt (UTC)', mapping.next_attempt_at ?? ''],
    ['last brought to Moodle (UTC)', mapping.last_synced_at ?? 'never'],
    ['id in Moodle', mapping.moodle_id === undefined ? 'none' : String(mapping.moodle_id)],
  ];
  return table(
    ['', ''],
    rows.filter(([, value]) => value !== ''),
  );
}

function relatedText(row: Mapping, leftOut: string[]): string {
  const relation = leftOut.includes(row.idnumber) ? 'Left out of it' : 'It waits for';
  const reason = row.failure ? `: ${row.failure.reason}` : '';
  return `${relation}: ${row.idnumber}, ${row.status}${reason}`;
}
