import { noteWords } from '#shared/moodle/drift/finding.ts';
import type { DriftNote } from '#shared/moodle/mappings/drift-note.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { type Step, shortTime } from './step.ts';

/** What somebody has set in Moodle that keeps a person out. */
const keepsOut: ReadonlySet<string | undefined> = new Set(['user.suspended', 'course.visible']);

/**
 * What the last comparison has noted on a mapping, as steps.
 *
 * @param course only what is about this course and its groups
 */
export function noteSteps(mapping: Mapping | undefined, course?: string): Step[] {
  const notes = (mapping?.drift ?? []).filter(
    ({ about }) => course === undefined || about?.split('@').at(-1) === course,
  );
  return notes.map((note) => {
    const { text, advice } = noteWords(note);
    const when = shortTime(note.found_at);
    return { about: `comparison of ${when}`, state: stateOf(note), text, advice };
  });
}

function stateOf({ kind, about, action }: DriftNote): Step['state'] {
  if (action === 'push') return 'waits';
  return action === 'hold' || kind === 'suspended' || keepsOut.has(about) ? 'stop' : 'ok';
}
