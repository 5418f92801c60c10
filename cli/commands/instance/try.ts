import type { CommandContext, CommandResult } from '#cli/command.ts';
import { valueText } from '#cli/commands/plan/plan.ts';
import { dryRunOfRecord, unknownText } from '#cli/dry-run.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import { table } from '#cli/output/table.ts';
import type { PushedModel } from '#shared/models/models.ts';
import { servicesOver } from '#shared/models/services.ts';
import { checkedSettings } from '#shared/moodle/instance/settings.ts';
import type { FieldValue } from '#shared/operate/plan/planned-changes.ts';
import type { TemplateExamples } from '#shared/operate/plan/template-examples.ts';
import { type TriedRecord, tryRecord } from '#shared/operate/plan/try-record.ts';
import { assignmentsIn } from './assignments.ts';
import { examplesOfChanges, examplesText } from './examples.ts';
import { type Change, fillsCustomField, needsText, newNeeds, wouldChange } from './set.ts';

/** A field of what a record is in Moodle: as it is, and after a push under the settings as they are and as changed. */
export interface TriedField {
  idnumber: string;
  field: string;
  now: FieldValue | null;
  current: FieldValue | null;
  changed: FieldValue | null;
}

export interface Trial {
  instance: string;
  model: PushedModel;
  id: string;
  settings: Change[];
  fields: TriedField[];
  /** What a push would do: under the settings as they are, and as changed. With names and e-mail addresses. */
  current: Omit<TriedRecord, 'now' | 'pushed'>;
  changed: Omit<TriedRecord, 'now' | 'pushed'>;
  /** What templates that are changed make of some records. */
  examples: TemplateExamples[];
}

/** What one record would become under changed settings, before they are saved. Nothing is written anywhere. */
export async function tryInstance(
  context: CommandContext,
  _options: object,
  id: string,
  model: PushedModel,
  record: string,
  assignments: string[],
): Promise<CommandResult<Trial>> {
  if (servicesOver(model).length === 0) {
    throw usageError(
      `An ${model} is nothing of its own in Moodle.`,
      'Name the student, the teacher or the course that it belongs to.',
    );
  }
  const deployment = await context.deployment();
  if (!(await deployment.records.getMany(model, [record])).has(record)) {
    throw new OperatorError(
      `There is no ${model} with the id ${record} in the records table.`,
      'Check the id.',
    );
  }
  const { before, instance, changes } = await wouldChange(deployment, id, assignmentsIn(assignments));
  const tried = await dryRunOfRecord(deployment, [checkedSettings(before), instance], (each, ports) =>
    tryRecord(each, { model, id: record }, ports),
  );
  const [current, changed] = tried;
  if (!current || !changed || 'problem' in current || 'problem' in changed) {
    const unknown = tried.find((each) => 'problem' in each)!;
    throw new OperatorError(unknownText(`${id} could not be asked.`, unknown), 'Try again later.');
  }
  const fields = fieldsOf(current, changed);
  const examples = await examplesOfChanges(deployment, instance, changes);
  const { now: _now, pushed: _pushed, ...underCurrent } = current;
  const { now: _before, pushed: _after, ...underChanged } = changed;
  return {
    data: {
      ...{ instance: id, model, id: record, settings: changes, fields },
      ...{ current: underCurrent, changed: underChanged, examples },
    },
    text: [
      changes.length > 0 &&
        table(
          ['setting', 'before', 'after'],
          changes.map(({ name, before: was, after }) => [name, was, after]),
        ),
      fields.length > 0 &&
        table(
          ['', 'field', 'in Moodle now', 'as it is set', 'as changed'],
          fields.map((each) => [
            ...[each.idnumber, each.field],
            ...[valueText(each.now), valueText(each.current), valueText(each.changed)],
          ]),
        ),
      changesText('A push as it is set', underCurrent),
      changesText('A push as changed', underChanged),
      needsText(newNeeds(before, instance)),
      examplesText(examples),
      changes.some(fillsCustomField) &&
        'Whether Moodle has the fields profile_field_… is not known here: `instance set` asks, with a word that it writes ' +
          "into the token's own account, and names those that are not there.",
    ],
  };
}

function fieldsOf(current: TriedRecord, changed: TriedRecord): TriedField[] {
  const idnumbers = new Set([...Object.keys(current.pushed), ...Object.keys(changed.pushed)]);
  return [...idnumbers].flatMap((idnumber) => {
    const [now, one, other] = [current.now[idnumber], current.pushed[idnumber], changed.pushed[idnumber]];
    return Object.keys({ ...now, ...one, ...other }).map((field) => ({
      ...{ idnumber, field, now: now?.[field] ?? null },
      ...{ current: one?.[field] ?? null, changed: other?.[field] ?? null },
    }));
  });
}

function changesText(what: string, { changes, failures, passwords_by_mail: mailed }: Trial['current']) {
  return [
    `${what}: ${changes.length === 0 ? 'nothing would change.' : ''}`.trim(),
    changes.map(({ idnumber, kind, fields: changed }) => {
      const content = changed.find(({ field }) => field === 'content');
      return `  ${idnumber}: ${kind.replaceAll('_', ' ')}${content ? `, with the content of ${content.planned}` : ''}`;
    }),
    mailed > 0 && `  ${mailed} password would be mailed.`,
    failures.map(({ idnumber, reason, advice }) => `  ${idnumber}: ${reason} ${advice}`),
  ];
}
