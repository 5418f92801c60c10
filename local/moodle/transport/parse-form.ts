import qs from 'qs';

// The names the REST server takes for itself; everything else is the function's.
const RESERVED = new Set([
  'wstoken',
  'wsfunction',
  'moodlewsrestformat',
  'moodlewssettingraw',
  'moodlewssettingfilter',
  'moodlewssettingfileurl',
  'moodlewssettinglang',
]);

/** A web service request taken apart. */
export type WebServiceRequest = {
  token: string;
  functionName: string;
  format: string;
  /** Nested like PHP nests `users[0][username]`; all values are strings. */
  parameters: Record<string, unknown>;
  /** Form variables that were sent, before any were dropped. */
  variables: number;
};

/**
 * Takes a form apart as PHP does: variables past `maxInputVars` are not there, and nobody says so.
 *
 * @param form form-encoded text: the query string, or the body
 */
export function parseForm(form: string, maxInputVars: number): WebServiceRequest {
  const all = qs.parse(form, { parameterLimit: maxInputVars, arrayLimit: maxInputVars, depth: 10 });
  const word = (name: string): string => (typeof all[name] === 'string' ? all[name] : '');
  return {
    token: word('wstoken'),
    functionName: word('wsfunction'),
    format: word('moodlewsrestformat'),
    parameters: Object.fromEntries(Object.entries(all).filter(([name]) => !RESERVED.has(name))),
    variables: form === '' ? 0 : form.split('&').length,
  };
}
