import { MoodleClient } from '#shared/moodle/client/client.ts';

/** A client whose Moodle answers each call's form so. */
export function clientWith(answer: (form: URLSearchParams) => unknown): MoodleClient {
  return new MoodleClient({
    baseUrl: 'https://moodle.example.org',
    token: 'token',
    fetch: async (_url, init) => new Response(JSON.stringify(answer(init!.body as URLSearchParams))),
  });
}
