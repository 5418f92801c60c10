import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { MoodleInsecureError } from '#shared/moodle/client/errors.ts';
import { failureOf, isInstanceFailure } from '#shared/moodle/failures.ts';
import { OdooClient } from '#shared/odoo/client/client.ts';
import { OdooInsecureError } from '#shared/odoo/client/errors.ts';

describe('an address without https', () => {
  const sent: string[] = [];
  const fetch = async (url: string | URL | Request) => {
    sent.push(String(url));
    return new Response('null');
  };
  const error = (call: Promise<unknown>) => call.then(undefined, (reason: unknown) => reason);

  it('gets no token, and is the fault of the instance', async () => {
    const client = new MoodleClient({ baseUrl: 'http://moodle.example.org', token: 'secret-token', fetch });
    const refused = await error(client.call('core_webservice_get_site_info', {}, z.null()));
    expect(refused).toBeInstanceOf(MoodleInsecureError);
    expect(isInstanceFailure(refused)).toBe(true);
    expect(failureOf(refused)).toMatchObject({ class: 'misconfigured', code: 'insecureaddress' });
    expect(sent).toEqual([]);
  });

  it('gets no key', async () => {
    const client = new OdooClient({
      ...{ baseUrl: 'http://erp.example.org', database: 'school', user: 'sync', key: 'secret-key', fetch },
    });
    expect(await error(client.login())).toBeInstanceOf(OdooInsecureError);
    expect(sent).toEqual([]);
  });

  it('is fine on this machine', async () => {
    const client = new MoodleClient({ baseUrl: 'http://127.0.0.1:8080', token: 'secret-token', fetch });
    expect(await client.call('core_webservice_get_site_info', {}, z.null())).toBeNull();
    expect(sent).toHaveLength(1);
  });
});
