import { explain } from '#cli/commands/explain/explain.ts';
import { planRetry, retryFailures } from '#cli/commands/failures/retry.ts';
import { findPeople } from '#cli/commands/person/find.ts';
import { confirm } from '#cli/console/confirm.ts';
import { begun, jobShown } from '#cli/console/job-view.ts';
import type { Page } from '#cli/console/page.ts';
import { address } from '#cli/console/parts.ts';
import { field, type Shown, type Visit } from '#cli/console/visit.ts';
import { html } from '#shared/http/html.ts';
import { type Chosen, chosen, pathOf } from './person/chosen.ts';
import { marksShown } from './person/marks.ts';
import { type Found, foundShown, searchForm } from './person/search.ts';
import { personShown, stuckRows } from './person/shown.ts';

/** Somebody by name: why they are, or are not, in their courses. Nothing of a person is shown before one is asked for. */
export const personPage: Page = {
  path: '/person',
  title: 'person.title',
  views: {
    '/person': async (visit) => ({
      title: visit.say('person.title'),
      body: html`<p>${visit.say('person.intro')}</p>${searchForm(visit)}`,
    }),
    '/person/found/:job': async (visit) => {
      const job = visit.job(visit.params.job!);
      return job?.state === 'done' ? foundShown(visit, job.result as Found) : underWay(visit, job);
    },
    '/person/:kind/:id': async (visit) => {
      const person = chosen(visit);
      const { data } = await explain(visit.context, { offline: true }, person.model, person.id);
      const shown = await personShown(visit, person, { explained: data, isAsked: false });
      return { ...shown, refreshSeconds: isUnderWay(visit) ? soon : undefined };
    },
    '/person/:kind/:id/marks': (visit) => marksShown(visit, chosen(visit)),
    '/person/:kind/:id/asked/:job': async (visit) => {
      const job = visit.job(visit.params.job!);
      if (job?.state !== 'done') return underWay(visit, job);
      const explained = job.result as Awaited<ReturnType<typeof explain>>['data'];
      return personShown(visit, chosen(visit), { explained, isAsked: true });
    },
  },
  begins: {
    '/person/find': find,
    '/person/:kind/:id/ask': async (visit) => {
      const person = chosen(visit);
      const { context } = visit;
      const job = await begun(visit, async () => (await explain(context, {}, person.model, person.id)).data);
      return `${pathOf(person)}/asked/${job}`;
    },
  },
  changes: {
    '/person/:kind/:id/retry': async (visit) => {
      const person = chosen(visit);
      const said = await tryAgain(visit, person);
      return { to: address(pathOf(person), { tried: Date.now() }), said };
    },
  },
};

/** What was tried again is looked at so often, and so long, in seconds. */
const soon = 2;
const longest = 60;

function isUnderWay({ query }: Visit): boolean {
  return Date.now() - Number(field(query, 'tried')) < longest * 1000;
}

/** Goes to the person at once where only one can be meant. */
async function find(visit: Visit): Promise<string> {
  const { form, context } = visit;
  const who = field(form, 'who').trim();
  if (who === '') return '/person';
  const options = { number: field(form, 'number') !== '', all: field(form, 'all') !== '' };
  const id = await begun(visit, async (): Promise<Found> => {
    const { data } = await findPeople(context, options, who);
    return { who, ...data };
  });
  const job = visit.job(id);
  if (job?.state !== 'done') return `/person/found/${id}`;
  const { people, stopped_early: isStopped } = job.result as Found;
  const [only] = people;
  return only && people.length === 1 && !isStopped ? pathOf(only) : `/person/found/${id}`;
}

function underWay(visit: Visit, job: Parameters<typeof jobShown>[1]): Shown {
  return jobShown(visit, job, visit.say('person.title'), !job && searchForm(visit));
}

/** Has what failed tried again. @returns what is said about it */
async function tryAgain(visit: Visit, { model, id }: Chosen): Promise<string> {
  const { context, say } = visit;
  const { data } = await explain(context, { offline: true }, model, id);
  const options = { target: 'moodle', names: stuckRows(data) } as const;
  const { queued } = await planRetry(context, options, undefined, undefined);
  if (queued.length === 0) return say('person.nothing_to_retry');
  const names = queued.map(({ instance, idnumber }) => `${instance}: ${idnumber}`).join(', ');
  confirm(visit, html`<p>${say('person.retry_confirm', { count: queued.length, names })}</p>`);
  const retried = await retryFailures(context, options, undefined, undefined);
  return say('person.retried', { count: retried.data.queued.length });
}
