import * as z from 'zod';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import { OdooMissingFieldError, OdooMissingModelError } from '#shared/odoo/client/errors.ts';
import { Once } from '#shared/odoo/client/once.ts';
import { isStudentLogin, studentUser } from './student-login.ts';

const fieldSchema = z.object({
  type: z.string(),
  string: z.string().catch(''),
  required: z.boolean().default(false),
  readonly: z.boolean().default(false),
  /** The model that a many2one or x2many names. */
  relation: z.string().optional(),
  /** The stored values of a selection, with their labels. */
  selection: z
    .array(z.tuple([z.string(), z.string()]))
    .optional()
    .catch(undefined),
  /** The longest text a char takes; Odoo cuts longer ones without a word. */
  size: z.number().optional().catch(undefined),
});
export type OdooField = z.infer<typeof fieldSchema>;

const fieldsSchema = z.record(z.string(), fieldSchema);
const attributes = ['type', 'string', 'required', 'readonly', 'relation', 'selection', 'size'];

/** Of the fields that are wanted of a model, those it has and those it has not. */
export type PresentFields = { present: string[]; missing: string[] };

/**
 * Which models and fields an Odoo has: they differ between its versions and with the modules that are installed. Each
 * model is asked once (`fields_get`, which needs no right to the model's records) and remembered.
 */
export class ModelFields {
  readonly #client: OdooClient;
  readonly #asked = new Map<string, Once<ReadonlyMap<string, OdooField> | undefined>>();

  constructor(client: OdooClient) {
    this.#client = client;
  }

  /** The fields of a model by name; undefined where there is no such model. @throws OdooError */
  of(model: string): Promise<ReadonlyMap<string, OdooField> | undefined> {
    const asked = this.#asked.get(model) ?? new Once(() => this.#ask(model));
    this.#asked.set(model, asked);
    return asked.get();
  }

  /** Splits the wanted fields by whether the model has them; undefined where there is no such model. */
  async split(model: string, wanted: readonly string[]): Promise<PresentFields | undefined> {
    const fields = await this.of(model);
    if (fields === undefined) return undefined;
    const isThere = (name: string) => fields.has(isStudentLogin(model, name) ? studentUser : name);
    return {
      present: wanted.filter(isThere),
      missing: wanted.filter((name) => !isThere(name)),
    };
  }

  /** Asks again next time: a module has been installed or removed meanwhile. */
  forget(model: string): void {
    this.#asked.delete(model);
  }

  /**
   * Does something with those of the wanted fields that the model has. When Odoo no longer has one of them, they are
   * asked once more and it is done again.
   *
   * @returns undefined where there is no such model
   */
  async using<T>(
    model: string,
    wanted: readonly string[],
    work: (present: string[]) => Promise<T>,
  ): Promise<T | undefined> {
    const known = await this.split(model, wanted);
    if (known === undefined) return undefined;
    try {
      return await work(known.present);
    } catch (error) {
      if (!(error instanceof OdooMissingFieldError)) throw error;
      this.forget(model);
      const now = await this.split(model, wanted);
      return now && work(now.present);
    }
  }

  async #ask(model: string): Promise<ReadonlyMap<string, OdooField> | undefined> {
    try {
      const fields = await this.#client.executeKw(model, 'fields_get', [], { attributes }, fieldsSchema);
      return new Map(Object.entries(fields));
    } catch (error) {
      if (error instanceof OdooMissingModelError) return undefined;
      throw error;
    }
  }
}
