import { setTimeout as sleep } from 'node:timers/promises';
import { knownError } from '#cli/connection/known-error.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { Job } from './jobs.ts';
import { english } from './parts.ts';
import type { Shown, Visit } from './visit.ts';

/** How often the page of work that goes on is fetched anew, in seconds. */
const jobSeconds = 1;

/** Most work is through so soon that its page need not be fetched twice, in milliseconds. */
const soon = 700;

/** Begins work, and waits a moment for it. @param name see Jobs @returns its id */
export async function begun(
  { begin }: Pick<Visit, 'begin'>,
  work: () => Promise<unknown>,
  name?: string,
): Promise<string> {
  let through: Promise<unknown> = Promise.resolve();
  const id = begin(() => {
    through = work();
    return through;
  }, name);
  await Promise.race([through.catch(() => {}), sleep(soon)]);
  return id;
}

/** Work of which there is no result. */
type OpenJob = Exclude<Job, { state: 'done' }> | undefined;

/**
 * The page of work that is not through, has failed or is forgotten; while it goes on the page does too.
 *
 * @param more what stands below
 * @throws what is a fault of the program
 */
export function jobShown(visit: Visit, job: OpenJob, title: string, more?: Html | false): Shown {
  return {
    title,
    body: html`${jobHtml(visit, job)}${more}`,
    refreshSeconds: job?.state === 'running' ? jobSeconds : undefined,
  };
}

function jobHtml({ say }: Visit, job: OpenJob): Html {
  if (!job) return html`<p>${say('job.forgotten')}</p>`;
  if (job.state === 'running') {
    const { done = 0, total = 0 } = job.progress ?? {};
    const label = say('job.running', { done, total });
    return html`<p role="status"><label>${label}<br>
<progress${total > 0 && html` value="${done}" max="${total}"`}></progress></label></p>`;
  }
  const known = knownError(job.error);
  if (!known) throw job.error;
  return html`<p class="bad" role="alert">${english(known.message)}</p><p>${english(known.advice)}</p>`;
}
