import { randomUUID } from 'node:crypto';
import { type ShownProgress, showingProgress } from '#cli/output/progress.ts';

/** Work that goes on while its page is looked at. */
export type Job = { id: string; name: string | undefined; progress: ShownProgress | undefined } & (
  | { state: 'running' }
  | { state: 'done'; result: unknown }
  | { state: 'failed'; error: unknown }
);

/** So many are kept; older ones are forgotten once they are through. */
const mostKept = 20;

/** The work that was begun from pages. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();

  /** @param name of work whose result is large: the one before it under this name is forgotten */
  begin(work: () => Promise<unknown>, name?: string): string {
    const id = randomUUID();
    const job: Job = { id, name, progress: undefined, state: 'running' };
    this.#jobs.set(id, job);
    const show = (progress: ShownProgress) => {
      job.progress = progress;
    };
    const end = (state: object) => Object.assign(job, state);
    void showingProgress(show, work).then(
      (result) => end({ state: 'done', result }),
      (error: unknown) => end({ state: 'failed', error }),
    );
    const through = [...this.#jobs.values()].filter(({ state }) => state !== 'running');
    const overtaken = through.filter((each) => name !== undefined && each.name === name);
    for (const { id: old } of [...overtaken, ...through.slice(0, -mostKept)]) this.#jobs.delete(old);
    return id;
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }
}
