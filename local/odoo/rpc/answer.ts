import type { OdooException } from '../odoo-exception.ts';

/** What goes back over the wire; all but the first two are what a broken server or network does. */
export type Answer =
  /** HTTP 200 and the result; undefined is left out, as Odoo does with None. */
  | { kind: 'result'; id: unknown; result: unknown }
  /** HTTP 200 and Odoo's JSON for an error. */
  | { kind: 'error'; id: unknown; python: string; message: string }
  /** Any other HTTP answer. */
  | { kind: 'http'; status: number; contentType: string; body: string; location?: string }
  /** The header promises the whole body, half of it comes, and the connection closes. */
  | { kind: 'cut'; body: string }
  /** The connection is reset without an answer. */
  | { kind: 'reset' };

export function errorAnswer(id: unknown, { python, message }: OdooException): Answer {
  return { kind: 'error', id, python, message };
}

/** The JSON text of an answer that is Odoo's. */
export function jsonOf(answer: Extract<Answer, { kind: 'result' | 'error' }>): string {
  const { id } = answer;
  if (answer.kind === 'result') return JSON.stringify({ jsonrpc: '2.0', id, result: answer.result });
  const { python, message } = answer;
  const data = {
    name: python,
    debug: `Traceback (most recent call last):\n  …\n${python}: ${message}\n`,
    message,
    arguments: [message],
    context: {},
  };
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: 200, message: 'Odoo Server Error', data } });
}
