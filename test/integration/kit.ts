import { inject } from 'vitest';
import { systemClock } from '#functions/compose.ts';
import type { Template } from '#infra/synthesize.ts';
import { LocalSystem } from '#local/local-system.ts';
import type { MoodleSettings } from '#local/moodle/settings.ts';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import type { OdooSettings } from '#local/odoo/settings.ts';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { synthesizeQuietly } from '#local/synthesize-quietly.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Item } from '#shared/store/documents.ts';
import { Site } from './site.ts';
import { testedStack } from './synthesized-stack.ts';

export * from './records.ts';
export { isWrite, Site } from './site.ts';

/** Settings of an instance to register; `id` is `demo` unless given. */
export type KitInstance = Record<string, unknown> & { id?: string };

export interface KitOptions {
  /** One simulated Moodle is started for each; a single instance `demo` unless given. */
  instances?: KitInstance[];
  /** How the simulated Moodles are set up. */
  moodle?: Partial<MoodleSettings>;
  /** Added to every function's environment. */
  environment?: Record<string, string>;
  /** Functions run in this process unless given: a test that kills some needs processes. */
  functions?: 'processes' | 'modules';
  /** Seconds that functions may take, by the beginning of their logical id, where not as deployed. */
  timeouts?: Record<string, number>;
  /**
   * Which of the stack's schedules run: those of the push unless given, since what is pulled would only make the hours
   * longer; `all` is the pulls as well, `drift` the comparison only; none where a test is about what happens without.
   */
  schedules?: 'all' | 'push' | 'drift' | 'none';
  /** Expressions of schedules, by the beginning of their logical id, where not as deployed. */
  rates?: Record<string, string>;
  /** Starts a simulated Odoo, set up like this, and connects it; without it the stack has nothing of the ERP's side. */
  erp?: Partial<OdooSettings>;
}

/** The whole system with its Moodles, as one integration test sees it. */
export class Kit {
  readonly system: LocalSystem;
  readonly sites = new Map<string, Site>();
  /** Lines in which a function reported an error. */
  readonly errors: string[];
  readonly #expected: RegExp[] = [];
  readonly #functions: 'processes' | 'modules';
  #erp: SimulatedOdoo | undefined;

  private constructor(system: LocalSystem, functions: 'processes' | 'modules', errors: string[]) {
    this.system = system;
    this.#functions = functions;
    this.errors = errors;
  }

  static async start({
    instances = [{}],
    moodle = {},
    environment = {},
    functions = 'modules',
    timeouts = {},
    schedules = 'push',
    rates = {},
    erp,
  }: KitOptions = {}): Promise<Kit> {
    const errors: string[] = [];
    const log = (line: string) => {
      if (isError(line)) errors.push(line);
    };
    const changed = (template: Template) =>
      changedTemplate(erp ? template : withoutErp(template), { timeouts, schedules, rates });
    const system = await LocalSystem.start({
      log,
      environment,
      functions,
      async synthesize({ outdir, isTemplateOnly }) {
        if (isTemplateOnly) return { template: changed(inject('template')), assetDirectory: outdir };
        const { template, assetDirectory } = await synthesizeQuietly({ outdir, config: testedStack });
        return { template: changed(template), assetDirectory };
      },
    });
    const kit = new Kit(system, functions, errors);
    // Workers of this process that wait for one another take their own time, and not the test's.
    systemClock.sleep = (milliseconds) => kit.cloud.clock.spend(milliseconds);
    try {
      if (erp) await kit.#startErp(erp);
      for (const { id = 'demo', ...settings } of instances) await kit.addInstance(id, settings, moodle);
    } catch (error) {
      await kit.#stopAll();
      throw error;
    }
    return kit;
  }

  get cloud() {
    return this.system.cloud;
  }

  /** The ERP, in a test that has one. */
  get erp(): SimulatedOdoo {
    if (!this.#erp) throw new Error('This test has no ERP.');
    return this.#erp;
  }

  /** The Moodle of an instance, or of the first one. */
  site(instance?: string): Site {
    const site = instance === undefined ? this.sites.values().next().value : this.sites.get(instance);
    if (!site) throw new Error(`There is no instance ${instance}.`);
    return site;
  }

  /** Starts one more Moodle and registers it. */
  async addInstance(
    id: string,
    settings: Record<string, unknown>,
    moodle: Partial<MoodleSettings>,
  ): Promise<void> {
    const { clock } = this.cloud;
    // A function in a process of its own has real time only.
    const sleep = this.#functions === 'modules' ? { sleep: clock.spend.bind(clock) } : {};
    const started = await SimulatedMoodle.start({ settings: moodle, ...sleep });
    this.sites.set(id, new Site(started));
    await this.system.register({ base_url: started.url, token: started.token, ...settings, id });
  }

  /** Changes settings of a registered instance, as an operator does. */
  async configure(instance: string, changes: Record<string, unknown>): Promise<void> {
    const settings = await this.system.instances.get(instance);
    if (!settings) throw new Error(`There is no instance ${instance}.`);
    await this.system.instances.put({ ...settings, ...changes });
  }

  /** Writes records as the ERP does. */
  put(...items: Item[]): Promise<void> {
    return this.system.put(items);
  }

  /** Deletes records from the table. */
  delete(...items: Item[]): Promise<void> {
    return this.system.delete(items.map(({ model, id }) => ({ model, id })));
  }

  /** Resolves when only the clock can make something happen. */
  settle(): Promise<void> {
    return this.system.settle();
  }

  /** Writes records and waits until everything is done that they cause. */
  async sync(...items: Item[]): Promise<void> {
    await this.put(...items);
    await this.settle();
  }

  /** Deletes records and waits until everything is done that this causes. */
  async syncDeletion(...items: Item[]): Promise<void> {
    await this.delete(...items);
    await this.settle();
  }

  /** Lets virtual time pass, and everything that falls due in it happen. */
  advance(milliseconds: number): Promise<void> {
    return this.cloud.advanceAndSettle(milliseconds);
  }

  async mappings(instance = 'demo'): Promise<Map<string, Mapping>> {
    const rows = await this.system.mappings(instance);
    return new Map(rows.map((row) => [row.idnumber, row]));
  }

  async mapping(idnumber: string, instance = 'demo'): Promise<Mapping | undefined> {
    return (await this.mappings(instance)).get(idnumber);
  }

  /** `{status}: {code}` of every mapping that is not synced, by idnumber. */
  async troubles(instance = 'demo'): Promise<Record<string, string>> {
    const rows = [...(await this.mappings(instance)).values()].filter(({ status }) => status !== 'synced');
    return Object.fromEntries(
      rows.map(({ idnumber, status, failure }) => [idnumber, `${status}: ${failure?.code ?? 'none'}`]),
    );
  }

  /** Lines that report an error and match are expected, whenever they come. */
  expectErrors(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** @throws Error when a function reported an error that the test did not expect */
  async stop(): Promise<void> {
    await this.#stopAll();
    const unexpected = this.errors.filter((line) => !this.#expected.some((pattern) => pattern.test(line)));
    if (unexpected.length > 0) throw new Error(`Functions reported errors:\n${unexpected.join('\n')}`);
  }

  /** For `await using kit = await startKit()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #startErp(settings: Partial<OdooSettings>): Promise<void> {
    this.#erp = await SimulatedOdoo.start({ settings, clock: () => this.cloud.clock.now() });
    const { url, key } = this.#erp;
    const { database, user } = this.#erp.settings;
    await this.system.connectErp({ url, database, user, key });
  }

  async #stopAll(): Promise<void> {
    await this.system.stop();
    await this.#erp?.stop();
    for (const { moodle } of this.sites.values()) await moodle.stop();
  }
}

/** Starts the system and its Moodles. Give back with `stop()`, which also tells of unexpected errors. */
export function startKit(options: KitOptions = {}): Promise<Kit> {
  return Kit.start(options);
}

/** The template of a stack whose configuration names no ERP: all that belongs to the ERP's side is called so. */
function withoutErp(template: Template): Template {
  const without = <Value>(all: Record<string, Value>) =>
    Object.fromEntries(Object.entries(all).filter(([id]) => !id.startsWith('Erp')));
  return { ...template, Resources: without(template.Resources), Outputs: without(template.Outputs) };
}

/** The template with what a test wants otherwise. */
function changedTemplate(
  template: Template,
  { timeouts, schedules, rates }: Required<Pick<KitOptions, 'timeouts' | 'schedules' | 'rates'>>,
): Template {
  const leftOut = {
    all: /^(Drift|Retention)/,
    push: /^(Pull|SyncAttendance|Drift|Retention)/,
    drift: /^(?!Drift)/,
    none: /^/,
  }[schedules];
  const isLeftOut = (id: string, type: string) => type === 'AWS::Scheduler::Schedule' && leftOut.test(id);
  const byType: Record<string, { property: string; values: Record<string, unknown> }> = {
    'AWS::Lambda::Function': { property: 'Timeout', values: timeouts },
    'AWS::Scheduler::Schedule': { property: 'ScheduleExpression', values: rates },
  };
  const resources = Object.entries(template.Resources)
    .filter(([id, { Type }]) => !isLeftOut(id, Type))
    .map(([id, resource]) => {
      const { property, values } = byType[resource.Type] ?? { property: '', values: {} };
      const value = Object.entries(values).find(([name]) => id.startsWith(name))?.[1];
      if (value === undefined) return [id, resource];
      return [id, { ...resource, Properties: { ...resource.Properties, [property]: value } }];
    });
  return { ...template, Resources: Object.fromEntries(resources) };
}

/** A line of a function's log (JSON) or of the runtime (a failed invocation) that tells of an error. */
function isError(line: string): boolean {
  return /"level":"(ERROR|CRITICAL)"/.test(line) || /^\[[^\]]*\] ERROR /.test(line);
}
