import type { Deployment } from '#cli/connection/deployment.ts';
import { chosenInstance } from '#cli/instances.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { MoodleAnswerError, MoodleError, MoodleUnavailableError } from '#shared/moodle/client/errors.ts';
import { failureOf } from '#shared/moodle/failures.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { checkHealth, type Finding } from '#shared/moodle/health/health.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { AdoptionStores } from '#shared/operate/adoption/desired.ts';
import { TokenError, type Tokens } from '#shared/store/secrets/tokens.ts';
import { type KeptDecisions, keptDecisions } from '#shared/store/tables/kept-decisions.ts';
import { brakes } from '#shared/store/tables/shared-limits.ts';
import type { Brake } from '#shared/sync/limits/brake.ts';
import type { Clock } from '#shared/sync/ports.ts';

/** A Moodle that answers, with everything that adopting needs. */
export interface OpenMoodle {
  instance: Instance;
  client: MoodleClient;
  tokenUser: number;
  stores: AdoptionStores;
  kept: KeptDecisions;
  brake: Pick<Brake, 'addHolds'>;
  clock: Clock;
}

/** Findings with which what is there would look as if it were not. */
const blinding = new Set(['accounts-hidden']);

/** @throws OperatorError when there is no such instance, or its Moodle does not show what it has */
export async function openMoodle(deployment: Deployment, id: string): Promise<OpenMoodle> {
  const { records, mappings, tokens } = deployment;
  const instance = await chosenInstance(deployment, id);
  const client = new MoodleClient({
    baseUrl: instance.base_url,
    token: await tokenOf(tokens, instance),
  });
  const { findings } = await checkHealth(client, instance, deployment.now);
  const finding = findings.find(({ severity, code }) => severity === 'failed' || blinding.has(code));
  if (finding) throw notUsable(instance, finding);
  const { userid: tokenUser } = await answering(instance, 'Nothing has been changed.', getSiteInfo(client));
  const { open, clock } = deployment;
  const opened = {
    stores: { records, mappings, clock },
    kept: open(keptDecisions),
    brake: open(brakes),
    clock,
  };
  return { instance, client, tokenUser, ...opened };
}

/**
 * Waits for work that calls Moodle.
 *
 * @param state how things stand when it fails, as a sentence
 * @throws OperatorError when Moodle is away, or refuses what is asked
 */
export async function answering<T>({ id }: Instance, state: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isOfMoodle(error)) throw error;
    const { reason, advice } = failureOf(error);
    throw new OperatorError(`The Moodle of ${id} stopped the work: ${reason} ${state}`, advice, {
      cause: error,
    });
  }
}

function isOfMoodle(error: unknown): boolean {
  return (
    error instanceof MoodleError ||
    error instanceof MoodleUnavailableError ||
    error instanceof MoodleAnswerError
  );
}

function notUsable({ id }: Instance, { message, advice }: Finding): OperatorError {
  return new OperatorError(`The Moodle of ${id} cannot be compared now: ${message}`, advice);
}

async function tokenOf(tokens: Tokens, instance: Instance): Promise<string> {
  try {
    return await tokens.get(instance);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    throw new OperatorError(error.message, `\`oec-moodle instance set ${instance.id} --token-file\` does.`, {
      cause: error,
    });
  }
}
