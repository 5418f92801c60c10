import { AsyncLocalStorage } from 'node:async_hooks';
import { SingleBar } from 'cli-progress';

/** After this long a person wants to see that something happens, in milliseconds. */
const patience = 2_000;
/** How often a log gets a line, in milliseconds. */
const linePeriod = 10_000;

/** How far a longer piece of work is. */
export interface Progress {
  /** @param total as far as it is known; it may grow */
  update(done: number, total: number): void;
}

/** How far a piece of work is, for whoever shows it otherwise than on a terminal. */
export interface ShownProgress {
  label: string;
  done: number;
  total: number;
}

const elsewhere = new AsyncLocalStorage<(progress: ShownProgress) => void>();

/** Has all that `work` tells of its progress told to `show`, and nothing on standard error. */
export function showingProgress<Result>(
  show: (progress: ShownProgress) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  return elsewhere.run(show, work);
}

/**
 * Shows how far `work` is once it has taken two seconds: a bar on a terminal, lines elsewhere. On standard error, so
 * that what a command prints can be piped.
 *
 * @param label what is counted, in the plural: `records`
 */
export async function withProgress<Result>(
  label: string,
  work: (progress: Progress) => Promise<Result>,
): Promise<Result> {
  const tell = elsewhere.getStore();
  if (tell) return work({ update: (done, total) => tell({ label, done, total }) });
  const state = { done: 0, total: 0 };
  const show = process.stderr.isTTY ? bar(label, state) : lines(label, state);
  try {
    return await work({ update: (done, total) => Object.assign(state, { done, total }) });
  } finally {
    show.stop();
  }
}

/** The same for work whose end is not known: it tells of each one, or of several at once. */
export function withCount<Result>(
  label: string,
  work: (counted: (more?: number) => void) => Promise<Result>,
): Promise<Result> {
  let count = 0;
  return withProgress(label, ({ update }) =>
    work((more = 1) => {
      count += more;
      update(count, count);
    }),
  );
}

function bar(label: string, state: { done: number; total: number }): { stop(): void } {
  const shown = new SingleBar({
    format: `{bar} {value} of {total} ${label}, {duration_formatted}`,
    hideCursor: true,
    clearOnComplete: true,
  });
  let drawing: NodeJS.Timeout | undefined;
  const draw = () => {
    shown.setTotal(state.total);
    shown.update(state.done);
  };
  const begin = setTimeout(() => {
    shown.start(state.total, state.done);
    drawing = setInterval(draw, 100);
  }, patience);
  return {
    stop: () => {
      clearTimeout(begin);
      clearInterval(drawing);
      shown.stop();
    },
  };
}

function lines(label: string, state: { done: number; total: number }): { stop(): void } {
  const print = () => {
    if (state.total > 0) console.error(`${state.done} of ${state.total} ${label} …`);
  };
  const begin = setTimeout(print, patience);
  const timer = setInterval(print, linePeriod);
  return {
    stop: () => {
      clearTimeout(begin);
      clearInterval(timer);
    },
  };
}
