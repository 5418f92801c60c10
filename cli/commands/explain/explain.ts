import type { CommandContext, CommandResult } from '#cli/command.ts';
import { findPerson } from '#cli/commands/person/find.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { openWorld } from '#cli/connection/deployment.ts';
import {
  type LeftOutInstance,
  namedInstances,
  noneRegistered,
  sayLeftOut,
  withoutDisabled,
} from '#cli/instances.ts';
import { withProgress } from '#cli/output/progress.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import {
  type AskMoodle,
  type ExplainedCourse,
  type Explanation,
  explainPerson,
} from '#shared/operate/explain/explain-person.ts';
import { moodleSteps } from '#shared/operate/explain/moodle-steps.ts';
import type { PersonModel } from '#shared/operate/explain/person.ts';
import type { Step, StepState } from '#shared/operate/explain/step.ts';
import { TokenError } from '#shared/store/secrets/tokens.ts';

export interface ExplainOptions {
  course?: string;
  instance?: string;
  offline?: boolean;
}

/** Why a person is, or is not, in the courses. */
export interface ExplainedPerson {
  model: PersonModel;
  id: string;
  /** The course that was asked for. */
  course: string | null;
  instances: Explanation[];
  left_out: LeftOutInstance[];
}

/** Longer than Moodle takes for the largest course, in milliseconds: a person waits. */
const patience = 30_000;

/** Why a person is, or is not, in the courses of each Moodle. */
export async function explain(
  context: CommandContext,
  { course, instance: named, offline = false }: ExplainOptions,
  model: PersonModel,
  who: string,
): Promise<CommandResult<ExplainedPerson>> {
  const deployment = await context.deployment();
  const { found, leftOut } = await namedInstances(deployment, named);
  if (found.length + leftOut.length === 0) throw noneRegistered();
  const instances = named === undefined ? withoutDisabled(found) : found;
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
    text: [
      ...explanations.map((explanation) => sayExplanation(explanation, course !== undefined)),
      ...sayLeftOut(leftOut),
    ].join('\n\n'),
    isBad: !isWell,
  };
}

function askerOf({ tokens, now }: Deployment, instance: Instance): AskMoodle {
  return async (question) => {
    try {
      const token = await tokens.get(instance);
      return await moodleSteps(
        new MoodleClient({ baseUrl: instance.base_url, token, timeoutMs: patience }),
        question,
        { now: now(), zone: instance.time_zone },
      );
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return { account: [{ about: 'Moodle', state: 'unknown', text: error.message }], courses: new Map() };
    }
  };
}

const marks: Record<StepState, string> = {
  ok: '  ok     ',
  stop: '  STOP   ',
  waits: '  waits  ',
  holds: '  HOLDS  ',
  unknown: '  ?      ',
};

/**
 * Lines and not a table: sentences are long.
 *
 * @param isEveryStep also of courses in which all is as it should be
 */
function sayExplanation({ instance, steps, courses, conclusion }: Explanation, isEveryStep: boolean): string {
  return [
    `In ${instance}:`,
    ...steps.map(sayStep),
    ...courses.flatMap((course) => sayCourse(course, isEveryStep)),
    conclusion,
  ].join('\n');
}

function sayCourse({ course, shortname, steps }: ExplainedCourse, isEveryStep: boolean): string[] {
  const name = shortname === undefined ? course : `${shortname} (${course})`;
  if (!isEveryStep && steps.every(({ state }) => state === 'ok')) {
    return [`${marks.ok}${name}: the course is there, and the person in it.`];
  }
  return [` ${name}:`, ...steps.map(sayStep)];
}

function sayStep({ about, state, text }: Step): string {
  return `${marks[state]}${about}: ${text}`;
}
