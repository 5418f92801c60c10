import type { MoodleException } from '../moodle-exception.ts';

/** What goes back over the wire; all but the first two are what a broken site or network does. */
export type Answer =
  /** HTTP 200 and the value as JSON. */
  | { kind: 'value'; value: unknown }
  /** HTTP 200 and Moodle's JSON for an error. */
  | { kind: 'exception'; exception: string; errorcode: string; message: string }
  /** Any other HTTP answer. */
  | { kind: 'http'; status: number; contentType: string; body: string; location?: string }
  /** The header promises the whole body, half of it comes, and the connection closes. */
  | { kind: 'cut'; body: string }
  /** The connection is reset without an answer. */
  | { kind: 'reset' };

/** A Moodle error as an answer. */
export function exceptionAnswer({ exception, errorcode, message }: MoodleException): Answer {
  return { kind: 'exception', exception, errorcode, message };
}

/** The JSON text of an answer that is Moodle's. */
export function jsonOf(answer: Extract<Answer, { kind: 'value' | 'exception' }>): string {
  if (answer.kind === 'value') return JSON.stringify(answer.value ?? null);
  const { exception, errorcode, message } = answer;
  return JSON.stringify({ exception, errorcode: errorcode || undefined, message });
}
