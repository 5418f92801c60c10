import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { mayUse } from '#shared/odoo/calls/access.ts';
import { searchRead } from '#shared/odoo/calls/read.ts';
import {
  OdooAccessError,
  OdooDatabaseError,
  OdooLanguageError,
  OdooLoginError,
  OdooMissingModelError,
} from '#shared/odoo/client/errors.ts';
import { Makers } from './makers.ts';
import { useOdoo } from './peer.ts';

const odoo = useOdoo();

describe('the login', () => {
  it('gives the id of the user, and the version without one', async () => {
    expect(await odoo.client.login()).toBeGreaterThan(1);
    expect(await odoo.client.version()).toMatch(/^(saas~)?1[6789]/);
  });

  it('is refused for a wrong key, and for a user that is not there', async () => {
    await expect(odoo.clientWith({ key: 'f'.repeat(40) }).login()).rejects.toBeInstanceOf(OdooLoginError);
    await expect(odoo.clientWith({ user: 'nobody-of-that-name' }).login()).rejects.toBeInstanceOf(
      OdooLoginError,
    );
  });

  it('does not work for a database that is not there', async () => {
    const elsewhere = odoo.clientWith({ database: 'no_such_database' });
    await expect(elsewhere.login()).rejects.toBeInstanceOf(OdooDatabaseError);
  });
});

describe('a call', () => {
  it('of a model that no module brings says so', async () => {
    await expect(searchRead(odoo.client, 'op.no.such.model', [], [])).rejects.toBeInstanceOf(
      OdooMissingModelError,
    );
  });

  it('in a language that is not active is refused, where a field is translated', async () => {
    const elsewhere = odoo.clientWith({ language: 'tlh_TLH' });
    const id = await new Makers(odoo).student();
    const read = (model: string, field: string) =>
      searchRead(elsewhere, model, [['id', '=', id]], [field], { limit: 1 });
    await expect(read('op.student', 'first_name')).rejects.toBeInstanceOf(OdooLanguageError);
    await expect(read('op.batch', 'code')).resolves.toBeInstanceOf(Array);
  });

  it('of a private method is refused', async () => {
    const call = odoo.client.executeKw('op.batch', '_search', [[]], {}, z.unknown());
    await expect(call).rejects.toBeInstanceOf(OdooAccessError);
  });

  it('tells what the user may do', async () => {
    for (const operation of ['read', 'create', 'write', 'unlink'] as const)
      expect(await mayUse(odoo.client, 'op.batch', operation)).toBe(true);
  });
});
