import type { CommandResult } from '#cli/command.ts';
import type { Plan, PlannedInstance } from '#cli/commands/plan/plan.ts';
import { jobShown } from '#cli/console/job-view.ts';
import type { Shown, Visit } from '#cli/console/visit.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { html } from '#shared/http/html.ts';
import type { PlannedFailure } from '#shared/operate/plan/instance-plan.ts';
import type { PlannedChange } from '#shared/operate/plan/planned-changes.ts';

/** What was found, once it was; until then how far it is. */
export async function whenFound(
  visit: Visit,
  show: (plan: Plan, job: string) => Omit<Shown, 'title'> & { title?: string },
): Promise<Shown> {
  const title = visit.say('plan.title');
  const job = visit.job(visit.params.job!);
  if (job?.state === 'done') return { title, ...show((job.result as CommandResult<Plan>).data, job.id) };
  return jobShown(visit, job, title, html`<p><a href="/plan">${visit.say('plan.anew')}</a></p>`);
}

/** The instance that the address names. @throws OperatorError where the plan does not have it */
export function instanceOf({ instances }: Plan, { params }: Visit): PlannedInstance {
  const found = instances.find(({ instance }) => instance === params.instance);
  if (found?.status === 'planned') return found;
  throw new OperatorError(`There is no plan for ${params.instance}.`, 'Begin anew.');
}

/** One record of a plan, with all that is known of it. */
export interface Entry {
  service: PlannedChange['service'];
  idnumber: string;
  outcomes: string[];
  changes: PlannedChange[];
  failure?: PlannedFailure;
}

/** Found once for a plan: it may hold a hundred thousand records. */
const known = new WeakMap<PlannedInstance, Map<string, Entry>>();

/** The records of a plan by service and idnumber; what changes on the way, without a record of its own, among them. */
export function entriesOf(planned: PlannedInstance): ReadonlyMap<string, Entry> {
  const found = known.get(planned) ?? new Map<string, Entry>();
  if (known.has(planned)) return found;
  known.set(planned, found);
  const entry = ({ service, idnumber }: Pick<Entry, 'service' | 'idnumber'>): Entry => {
    const key = `${service} ${idnumber}`;
    const own = found.get(key) ?? { service, idnumber, outcomes: [], changes: [] };
    found.set(key, own);
    return own;
  };
  for (const record of planned.records ?? []) entry(record).outcomes.push(record.outcome);
  for (const change of planned.changes ?? []) entry(change).changes.push(change);
  for (const failure of planned.failures) entry(failure).failure = failure;
  return found;
}
