import type { z } from 'zod';
import type { MoodleKind } from '#shared/models/services.ts';
import { isWriting } from '#shared/moodle/client/caller.ts';
import { MoodleError, phpFailure, plainErrorcode } from '#shared/moodle/client/errors.ts';
import type { FormArguments, FormValue } from '#shared/moodle/client/form.ts';
import type { Warnings } from '#shared/moodle/client/schemas.ts';
import type { FunctionName } from '#shared/moodle/functions/parameters.ts';
import { hasLanguage, type UserChange } from '#shared/moodle/functions/users.ts';
import type { Inventory } from '#shared/moodle/inventory/inventory.ts';
import {
  type DryRunChanges,
  type DryRunMoodle,
  type DryRunSite,
  isMadeUp,
} from '#shared/operate/plan/dry-run-moodle.ts';
import { functionOf } from '../functions/all-functions.ts';
import type { CallContext } from '../functions/web-service-function.ts';
import { MoodleException, toldBy } from '../moodle-exception.ts';
import { validateParameters } from '../parameters/validate-parameters.ts';
import { defaultSettings } from '../settings.ts';
import { CopiedRows } from './copied-rows.ts';
import { type NeededRows, neededRows } from './needed-rows.ts';

/** They are answered without what the dry run changes: it is asked what was there before. */
const passedOn = new Set([
  'core_webservice_get_site_info',
  'core_enrol_get_users_courses',
  'core_enrol_get_enrolled_users',
]);

/**
 * The simulated Moodle, filled with what a call needs of another one before it is made: so the rules by which a dry run
 * refuses are those that the contract suite compares with a live Moodle. Nothing is ever written to that one.
 */
export class MoodleCopy implements DryRunMoodle {
  writes = 0;
  readonly #site: DryRunSite;
  readonly #rows: CopiedRows;
  readonly #needed: NeededRows;
  /** Those that the other Moodle is known to have. */
  readonly #languages: string[] = [...defaultSettings.languages];
  #context: Promise<CallContext> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(site: DryRunSite) {
    this.#site = site;
    this.#rows = new CopiedRows(site);
    this.#needed = neededRows(this.#rows);
  }

  /** Of the calls that were really made. */
  get statistics() {
    return this.#site.moodle.statistics;
  }

  get held(): Inventory {
    return this.#rows.held;
  }

  get mailed(): number {
    return this.#rows.state.mails.size;
  }

  /** @throws Error for a function of which it is not known what it would do or answer */
  async call<T>(moodleFunction: string, formArguments: FormArguments, schema: z.ZodType<T>): Promise<T> {
    const name = moodleFunction.replace('mod_wsattendance_', 'mod_attendance_');
    if (name === 'core_user_update_users') await this.#learnLanguages(formArguments);
    if (passedOn.has(name) || isOfAllActivities(name, formArguments))
      return this.#site.moodle.call(moodleFunction, formArguments, schema);
    if (!this.#isKnown(name)) throw new Error(`A dry run does not know what ${moodleFunction} would do.`);
    return this.#inTurn(async () => {
      const answer = schema.parse(await this.#answer(name, formArguments));
      if (isWriting(name) && !isAllRefused(formArguments, answer)) this.writes += 1;
      return answer;
    });
  }

  idnumberOf(kind: MoodleKind, id: number): string | undefined {
    const { categories, cohorts, courses, users } = this.#rows.state;
    const tables = { category: categories, course: courses, cohort: cohorts, account: users };
    return kind === 'group' ? undefined : tables[kind].get(id)?.idnumber;
  }

  changes(): DryRunChanges {
    return this.#rows.changes();
  }

  #isKnown(name: string): name is FunctionName {
    return name in this.#needed;
  }

  async #answer(name: FunctionName, formArguments: FormArguments): Promise<unknown> {
    const context = await this.#contextOf();
    try {
      const args = validateParameters(asForm(formArguments), name, context.settings);
      await this.#needed[name]?.(args as never);
      return this.#rows.told(
        name,
        context.state.transaction(() => functionOf(name).run(args, context)),
      );
    } catch (error) {
      if (!(error instanceof MoodleException)) throw error;
      const { errorcode } = toldBy(context.settings.release, error);
      throw new MoodleError(name, plainErrorcode(name, errorcode || phpFailure));
    }
  }

  /** Which languages there are is asked by a call that changes nothing. */
  async #learnLanguages({ users }: FormArguments): Promise<void> {
    for (const { id, lang } of users as readonly UserChange[])
      if (id === 0 && lang !== undefined && !this.#languages.includes(lang))
        if (await hasLanguage(this.#site.moodle, lang)) this.#languages.push(lang);
  }

  /** The settings of the other Moodle, as far as they are known. */
  #contextOf(): Promise<CallContext> {
    const { auth, roles, sharesEmails } = this.#site;
    this.#context ??= this.held.site().then(({ release, userid, siteurl, functions: offered }) => ({
      state: this.#rows.state,
      settings: {
        ...defaultSettings,
        release,
        languages: this.#languages,
        customFields: undefined,
        allowAccountsSameEmail: sharesEmails,
        authMethods: { [auth]: 'external', ...defaultSettings.authMethods },
        roles: Object.entries(roles).map(([shortname, id]) => ({
          ...{ id, shortname, name: shortname },
          assignable: true,
          ...(shortname === 'parent' && { overUsers: true as const }),
        })),
      },
      callerId: userid,
      siteUrl: siteurl,
      offeredFunctions: offered,
    }));
    return this.#context;
  }

  /** One call after another: what one has begun to read must not look missing to the next. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** The copy knows only those of attendance, but for a course that only it has. */
function isOfAllActivities(name: string, { courseid, options }: FormArguments): boolean {
  if (name !== 'core_course_get_contents' || isMadeUp(Number(courseid))) return false;
  return !JSON.stringify(options ?? '').includes('attendance');
}

/** As the function gets it from a form. */
function asForm(value: FormValue): unknown {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value !== 'object') return String(value);
  const given = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(given.map(([key, part]) => [key, asForm(part)]));
}

/** Whether an update warns of each of its items. */
function isAllRefused(formArguments: FormArguments, answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('warnings' in answer)) return false;
  const [items] = Object.values(formArguments);
  return (answer as Warnings).warnings.length === (items as unknown[]).length;
}
