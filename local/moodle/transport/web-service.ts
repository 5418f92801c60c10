import { DuplicateKeyError } from '#local/state/table.ts';
import type { FunctionName } from '#shared/moodle/functions/parameters.ts';
import { requireCapability } from '../capabilities.ts';
import { functionOf, functionsOf } from '../functions/all-functions.ts';
import type { CallContext } from '../functions/web-service-function.ts';
import { databaseWriteError, MoodleException, missingRecord, toldBy } from '../moodle-exception.ts';
import { validateParameters } from '../parameters/validate-parameters.ts';
import { type Answer, exceptionAnswer } from './answer.ts';
import { DeadlockDetector } from './deadlock-detector.ts';
import type { WebServiceRequest } from './parse-form.ts';

/** Answers web service calls as Moodle's REST server does: token, function, service, parameters, then the work. */
export class WebService {
  readonly #context: CallContext;
  readonly #functions: ReadonlyMap<string, FunctionName>;
  readonly #token: string;
  readonly #deadlocks: DeadlockDetector;

  readonly #sleep: (milliseconds: number) => Promise<void>;

  /** @param options.sleep how a call takes its time */
  constructor(options: {
    context: CallContext;
    token: string;
    sleep: (milliseconds: number) => Promise<void>;
  }) {
    this.#context = options.context;
    this.#functions = functionsOf(options.context.settings);
    this.#token = options.token;
    this.#sleep = options.sleep;
    this.#deadlocks = new DeadlockDetector(options.context.settings.deadlocks);
  }

  /** Never rejects for what a caller did wrong; that is an answer. */
  async call(request: WebServiceRequest): Promise<Answer> {
    const { latencyMilliseconds, afterMilliseconds } = this.#context.settings;
    try {
      const name = this.#authorised(request);
      const { settings } = this.#context;
      const args = validateParameters(request.parameters, name, settings);
      const definition = functionOf(name);
      if (definition.capability) requireCapability(settings, definition.capability);
      using transaction = this.#deadlocks.enter(definition.locks?.(args) ?? []);
      if (latencyMilliseconds > 0) await this.#sleep(latencyMilliseconds);
      if (transaction.isDeadlocked) throw databaseWriteError();
      const value = await this.#run(name, args);
      if (afterMilliseconds > 0) await this.#sleep(afterMilliseconds);
      return { kind: 'value', value };
    } catch (error) {
      if (error instanceof MoodleException)
        return exceptionAnswer(toldBy(this.#context.settings.release, error));
      throw error;
    }
  }

  async #run(name: FunctionName, args: unknown): Promise<unknown> {
    const { state, settings } = this.#context;
    const { run, commitsLater } = functionOf(name);
    const work = () => run(args, this.#context);
    if (!commitsLater) return state.transaction(work);
    const { result, commit } = state.stage(work);
    await settings.beforeCommit(name);
    try {
      commit();
    } catch (error) {
      throw error instanceof DuplicateKeyError ? databaseWriteError() : error;
    }
    return result;
  }

  #authorised({ token, functionName }: WebServiceRequest): FunctionName {
    if (token !== this.#token) throw new MoodleException('invalidtoken', 'Invalid token - token not found');
    const name = this.#functions.get(functionName);
    if (!name && !elsewhereFunctions.has(functionName)) throw missingRecord('external_functions');
    if (!name || !this.#context.offeredFunctions.includes(functionName))
      throw new MoodleException('accessexception', 'Access control exception', 'webservice_access_exception');
    return name;
  }
}

/**
 * Functions a real site has and this one does not implement: as on a site whose external service leaves them out,
 * calling one gives `accessexception` and not the `invalidrecord` of a function that does not exist.
 */
const elsewhereFunctions: ReadonlySet<string> = new Set([
  'core_user_get_users',
  'core_user_delete_users',
  'core_course_get_courses',
  'core_course_delete_courses',
  'core_course_delete_categories',
  'core_group_get_group_members',
  'core_group_delete_groups',
  'core_completion_get_course_completion_status',
  'mod_attendance_get_session',
]);
