import type { ChoiceOptions } from '#cli/commands/failures/choice.ts';
import { discardFailures, planDiscard } from '#cli/commands/failures/discard.ts';
import { findMessages } from '#cli/commands/failures/list.ts';
import { planRetry, retryFailures } from '#cli/commands/failures/retry.ts';
import { begun, jobShown } from '#cli/console/job-view.ts';
import { type Done, field, type Shown, type Visit } from '#cli/console/visit.ts';
import { choiceOf, filterOf } from './choice.ts';
import { discardedHtml, discardPlanHtml, retriedHtml, retryPlanHtml } from './doing-view.ts';
import { messagesHtml } from './messages-view.ts';
import { backOf, type Work } from './work-result.ts';

/** What is done looks through a whole queue: its page follows it. */
export async function workView(visit: Visit): Promise<Shown> {
  const { say } = visit;
  const job = visit.job(visit.params.job!);
  if (job?.state !== 'done') return jobShown(visit, job, say('failures.title'));
  const work = job.result as Work;
  switch (work.kind) {
    case 'retry-plan':
      return { title: say('confirm.title'), body: retryPlanHtml(visit, work.plan, work.form) };
    case 'discard-plan':
      return { title: say('confirm.title'), body: discardPlanHtml(visit, work.plan, work.form) };
    case 'retried':
      return { title: say('failures.done'), body: retriedHtml(visit, work.data, work.form) };
    case 'discarded':
      return { title: say('failures.done'), body: discardedHtml(visit, work.data, work.form) };
    case 'messages':
      return { title: say('failures.messages'), body: messagesHtml(visit, work.messages, work.form) };
  }
}

/** Says first what trying again would do, and does it once that is confirmed. */
export const retry = doing(
  async ({ context, form }, choice) => ({ kind: 'retry-plan', form, plan: await planRetry(context, choice) }),
  async ({ context, form }, choice) => {
    return { kind: 'retried', form, data: (await retryFailures(context, choice)).data };
  },
);

/** The same of giving up. */
export const discard = doing(
  async ({ context, form }, choice) => ({
    ...{ kind: 'discard-plan', form },
    plan: await planDiscard(context, choice),
  }),
  async ({ context, form }, choice) => {
    return { kind: 'discarded', form, data: (await discardFailures(context, choice)).data };
  },
);

type Step = (visit: Visit, choice: ChoiceOptions) => Promise<Work>;

function doing(plan: Step, carryOut: Step): (visit: Visit) => Promise<Done> {
  return async (visit) => {
    const choice = choiceOf(visit.form);
    if (!choice) return { said: visit.say('failures.nothing_ticked'), to: backOf(visit.form) };
    const step = field(visit.form, 'confirmed') === 'yes' ? carryOut : plan;
    return { to: await workOf(visit, () => step(visit, choice)) };
  };
}

export function lookAtMessages(visit: Visit): Promise<string> {
  const { context, form } = visit;
  return workOf(visit, async () => {
    return { kind: 'messages', form, messages: await findMessages(context, filterOf(form)) };
  });
}

async function workOf(visit: Visit, work: () => Promise<Work>): Promise<string> {
  return `/failures/work/${await begun(visit, work)}`;
}
