import { type Command, Option } from 'commander';
import { reasonOf } from '#cli/commands/report/count-rows.ts';
import { usageError } from '#cli/operator-error.ts';
import type { FailureRow, FailureTarget, Name } from './failure-target.ts';
import { type TargetOptions, targets } from './targets.ts';

/** Which failures are meant. */
export interface FilterOptions extends TargetOptions {
  instance?: string | undefined;
  /** A class, a code, or both: `refused/shortnametaken`. */
  reason?: string | undefined;
}

/** The same, for what is done to them. */
export interface ChoiceOptions extends FilterOptions {
  all?: boolean;
  /** Ids of messages. */
  message?: string[];
  /** Several that are named, each as on the command line; for the console. */
  names?: readonly Name[];
}

/** The two words that name one failure, as far as they were given. */
export type GivenName = readonly [(string | undefined)?, (string | undefined)?];

/** Gives a command the options that choose failures. */
export function withFilters(command: Command): Command {
  const all = (of: 'models' | 'statuses') => [
    ...new Set<string>([...targets.moodle[of], ...targets.erp[of]]),
  ];
  return command
    .option('--instance <id>', 'of one Moodle only')
    .addOption(new Option('--model <model>', 'records of one model only').choices(all('models')))
    .addOption(new Option('--status <status>', 'with one status only').choices(all('statuses')))
    .option(
      '--reason <reason>',
      'with this class or code only, such as refused, shortnametaken or conflict/twins',
    );
}

/**
 * @param more other options that choose, for the advice
 * @param canNarrow whether what is chosen may narrow down what is named
 * @throws OperatorError where nothing says which failures are meant, or it is said twice
 */
export function requireChoice(
  options: ChoiceOptions & { arrived?: boolean },
  [first, second]: GivenName,
  { more = '', canNarrow = false }: { more?: string; canNarrow?: boolean } = {},
): void {
  const { nameParts } = targets[options.target];
  if (first !== undefined && second === undefined) {
    const [kind, name] = nameParts;
    throw usageError(`Which failure of ${first}?`, `Add its ${name}, or give \`--${kind} ${first}\`.`);
  }
  const isChosen = hasFilter(options) || options.all || options.message || options.names || options.arrived;
  if (second !== undefined && isChosen && !canNarrow) {
    throw usageError('One failure is named, and others are chosen too.', 'Do one after the other.');
  }
  if (second === undefined && !isChosen) {
    throw usageError(
      'Which failures are meant?',
      `Name ${nameParts.join(' ').toUpperCase()}, choose with ${more}--message, --instance, --model, --status or ` +
        '--reason, or give --all.',
    );
  }
}

export function hasFilter({ instance, model, status, reason }: FilterOptions): boolean {
  return [instance, model, status, reason].some((value) => value !== undefined);
}

/** Whether a row of mappings is meant. */
export function isChosen(row: FailureRow, { instance, model, status, reason }: FilterOptions): boolean {
  return (
    (instance === undefined || row.instance === instance) &&
    (model === undefined || row.model === model) &&
    (status === undefined || row.status === status) &&
    (reason === undefined || isOfReason(row, reason))
  );
}

function isOfReason(row: FailureRow, reason: string): boolean {
  const { class: failureClass, code } = reasonOf(row);
  return [failureClass, code, `${failureClass}/${code}`].includes(reason);
}

/** The rows that are meant. @throws OperatorError where one is named that is not there */
export async function chosenRows<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  options: ChoiceOptions,
  [first, second]: GivenName,
): Promise<Row[]> {
  if (first !== undefined && second !== undefined) return [await target.find([first, second])];
  if (options.names) return (await target.rowsOf(options.names)).filter((row) => row !== undefined);
  if (!hasFilter(options) && !options.all) return [];
  return (await target.read(options)).rows.filter((row) => isChosen(row, options));
}

/** The two words of a name, by what they are. */
export type NameData = Readonly<Record<string, unknown>>;

/** What names a row to programs. */
export function nameData<Row extends FailureRow, Unit>(
  { nameParts }: FailureTarget<Row, Unit>,
  row: Row,
): NameData {
  return Object.fromEntries(nameParts.map((part) => [part, row[part]]));
}

/** What the operators' log calls rows, by instance. */
export function notedByInstance<Row extends FailureRow, Unit>(
  { notedAs }: FailureTarget<Row, Unit>,
  rows: readonly Row[],
): Map<string, string[]> {
  const groups = Map.groupBy(rows, ({ instance }) => instance);
  return new Map([...groups].map(([instance, own]) => [instance, own.map(notedAs)]));
}

/** Rows that are left alone, and why. */
export interface LeftAlone<Row> {
  row: Row;
  why: string;
}

/** The same for programs. */
export type LeftAloneData = NameData & { why: string };

export function leftAloneData<Row extends FailureRow, Unit>(
  target: FailureTarget<Row, Unit>,
  leftAlone: readonly LeftAlone<Row>[],
): LeftAloneData[] {
  return leftAlone.map(({ row, why }) => ({ ...nameData(target, row), why }));
}

/** Sets aside what is left alone. @param whyNot undefined for a row of which it makes sense */
export function setAside<Row>(
  rows: readonly Row[],
  whyNot: (row: Row) => string | undefined,
): { hopeful: Row[]; leftAlone: LeftAlone<Row>[] } {
  const judged = rows.map((row) => ({ row, why: whyNot(row) }));
  return {
    hopeful: judged.flatMap(({ row, why }) => (why === undefined ? [row] : [])),
    leftAlone: judged.flatMap(({ row, why }) => (why === undefined ? [] : [{ row, why }])),
  };
}

export function leftAloneText<Row>(
  leftAlone: readonly LeftAlone<Row>[],
  labelOf: (row: Row) => string,
): string[] {
  return [...Map.groupBy(leftAlone, ({ why }) => why)].map(([why, all]) => {
    const names = all.slice(0, 5).map(({ row }) => labelOf(row));
    return `Left alone: ${names.join(', ')}${all.length > 5 ? ` and ${all.length - 5} others` : ''}: ${why}.`;
  });
}
