import type { CommandContext, CommandResult } from '#cli/command.ts';
import { namedInstances, noneRegistered, sayLeftOut } from '#cli/commands/sync/ready-instances.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { openWorld } from '#cli/connection/open-world.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { withProgress } from '#cli/output/progress.ts';
import { table } from '#cli/output/table.ts';
import type { Instance } from '#shared/engine/instance.ts';
import { type AskMoodle, type Explanation, explainPerson } from '#shared/explain/explain-person.ts';
import { moodleSteps } from '#shared/explain/moodle-steps.ts';
import type { PersonModel } from '#shared/explain/person.ts';
import type { Step, StepState } from '#shared/explain/step.ts';
import { MoodleClient } from '#shared/moodle/client.ts';
import { TokenError } from '#shared/store/tokens.ts';
import { findPerson } from './find-person.ts';

export interface ExplainOptions {
  course?: string;
  instance?: string;
  offline?: boolean;
}

/** Longer than Moodle takes for the largest course, in milliseconds: a person waits. */
const patience = 30_000;

/** Why a person is, or is not, in the courses of each Moodle. */
export async function explain(
  context: CommandContext,
  { course, instance: named, offline = false }: ExplainOptions,
  model: PersonModel,
  who: string,
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const { found, leftOut } = await namedInstances(deployment, named);
  if (found.length + leftOut.length === 0) throw noneRegistered();
  // One that is left out on purpose says nothing about anybody, unless it is asked about.
  const instances = found.filter(({ status }) => named !== undefined || status !== 'disabled');
  const id = await findPerson(deployment, model, who);
  const explanations = await withProgress('instances', async ({ update }) => {
    const done: Explanation[] = [];
    for (const instance of instances) {
      update(done.length, instances.length);
      const breaker = await deployment.instances.getBreaker(instance.id);
      const ask = offline ? undefined : askerOf(deployment, instance);
      done.push(await explainPerson(openWorld(deployment, instance), { model, id, course }, breaker, ask));
    }
    return done;
  });
  const isWell = leftOut.length === 0 && explanations.every(({ obstacle }) => obstacle === undefined);
  return {
    data: { model, id, course: course ?? null, instances: explanations, left_out: leftOut },
    text: [...explanations.map(sayExplanation), ...sayLeftOut(leftOut)].join('\n\n'),
    exitCode: isWell ? exitCodes.done : exitCodes.failed,
  };
}

function askerOf({ tokens }: Deployment, instance: Instance): AskMoodle {
  return async (question) => {
    try {
      const token = await tokens.get(instance);
      return await moodleSteps(
        new MoodleClient({ baseUrl: instance.base_url, token, timeoutMs: patience }),
        question,
      );
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return { account: [{ about: 'Moodle', state: 'unknown', text: error.message }], courses: new Map() };
    }
  };
}

const marks: Record<StepState, string> = {
  ok: 'ok',
  stop: 'STOP',
  waits: 'waits',
  holds: 'HOLDS',
  unknown: '?',
};

function sayExplanation({ instance, steps, courses, conclusion }: Explanation): string {
  const rows = [
    ...steps.map((step) => rowOf('', step)),
    ...courses.flatMap(({ course, shortname, steps: own }) =>
      own.map((step) => rowOf(shortname ?? course, step)),
    ),
  ];
  return [`In ${instance}:`, table(['course', 'what', '', 'how it is'], rows), conclusion].join('\n');
}

function rowOf(course: string, { about, state, text }: Step): string[] {
  return [course, about, marks[state], text];
}
