import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import type { OdooSettings } from '#local/odoo/settings.ts';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { OdooWriter } from '#shared/odoo/calls/write.ts';
import { OdooClient, type OdooClientOptions } from '#shared/odoo/client/client.ts';
import { removeAll } from './remove-all.ts';

/** The Odoo that a suite speaks to, ready from the first test on. */
export interface OdooPeer {
  readonly client: OdooClient;
  readonly writer: OdooWriter;
  readonly fields: ModelFields;
  /** What the codes and first names of all records begin with that this suite makes; like no other run's. */
  readonly prefix: string;
  /** The simulated Odoo, where it is one. */
  readonly simulated: SimulatedOdoo | undefined;
  /** Another client of the same Odoo. */
  clientWith(options: Partial<OdooClientOptions>): OdooClient;
  /** Lets so much time pass that a record that is saved now has a later write_date, which Odoo shows in seconds. */
  later(): Promise<void>;
}

/**
 * The Odoo at ODOO_URL (with ODOO_DB, ODOO_USER and ODOO_KEY) where they are set, otherwise a simulated one. What a
 * suite makes there begins with a prefix of its own, and is deleted at the end, or archived where it cannot be.
 *
 * @param simulation how a simulated one is set up; Odoo 19 unless told
 */
export function useOdoo(simulation: Partial<OdooSettings> = {}): OdooPeer {
  const { ODOO_URL, ODOO_DB = '', ODOO_USER = '', ODOO_KEY = '' } = process.env;
  const prefix = `oct-${randomBytes(2).toString('hex')}-`;
  let simulated: SimulatedOdoo | undefined;
  let passed = 0;
  let options: OdooClientOptions | undefined;
  let client: OdooClient | undefined;
  let writer: OdooWriter | undefined;
  let fields: ModelFields | undefined;

  beforeAll(async () => {
    // Its user makes everything that a test looks at.
    const settings = { release: '19.0', denied: [], ...simulation } as const;
    if (!ODOO_URL) simulated = await SimulatedOdoo.start({ settings, clock: () => Date.now() + passed });
    options = simulated
      ? { baseUrl: simulated.url, database: 'school', user: 'oec-sync', key: simulated.key }
      : { baseUrl: ODOO_URL ?? '', database: ODOO_DB, user: ODOO_USER, key: ODOO_KEY };
    client = new OdooClient(options);
    writer = new OdooWriter(client);
    fields = new ModelFields(client);
  });
  afterAll(async () => {
    try {
      if (client && writer && fields) await removeAll({ client, writer, fields, prefix });
    } finally {
      await simulated?.stop();
    }
  });

  const ready = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The peer is there from beforeAll on.');
    return value;
  };
  return {
    prefix,
    get client() {
      return ready(client);
    },
    get writer() {
      return ready(writer);
    },
    get fields() {
      return ready(fields);
    },
    get simulated() {
      return simulated;
    },
    clientWith: (others) => new OdooClient({ ...ready(options), ...others }),
    later: async () => {
      if (simulated) passed += 2_000;
      else await sleep(1_100);
    },
  };
}
