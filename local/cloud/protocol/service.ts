import type * as z from 'zod';
import { ServiceError } from '../cloud-error.ts';

/** Something that a service does when it is asked to by name. */
interface Operation {
  readonly input: z.ZodType;
  readonly run: (input: never, trace: string | undefined) => unknown;
}

export type Operations = Readonly<Record<string, Operation>>;

/**
 * @param input what the operation takes; what else a caller sends is passed over
 * @param run answers as the service's protocol does; gets the trace header that the caller sent
 */
export function operation<Input>(
  input: z.ZodType<Input>,
  run: (input: Input, trace: string | undefined) => unknown,
): Operation {
  return { input, run };
}

/** One of AWS's services, called by the names that the SDK's commands have. */
export interface AwsService {
  /**
   * @param action e.g. `SendMessage`
   * @param input its parameters in the service's JSON
   * @param trace the caller's header X-Amzn-Trace-Id
   * @returns the answer's body
   * @throws ServiceError where the service refuses
   */
  // biome-ignore lint/suspicious/noExplicitAny: answers of all services, operation by operation
  handle(action: string, input: unknown, trace?: string): Promise<any>;
}

/** A stand-in whose operations are declared, and which refuses with the codes that the service has. */
export abstract class Service implements AwsService {
  protected abstract readonly operations: Operations;
  readonly #name: string;
  readonly #codes: { readonly unknown: string; readonly invalid: string };

  /** @param codes of an operation that the embedded cloud lacks, and of an input that cannot be */
  constructor(name: string, codes: { unknown: string; invalid: string }) {
    this.#name = name;
    this.#codes = codes;
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the interface says
  async handle(action: string, input: unknown, trace?: string): Promise<any> {
    // Others get their turn, as they would while a request travels.
    await new Promise<void>((resolve) => setImmediate(resolve));
    return this.perform(action, input, trace);
  }

  /** Carries an operation out in this turn of the event loop, as far as it need not wait for anything. */
  protected perform(action: string, input: unknown, trace?: string): unknown {
    const known = Object.hasOwn(this.operations, action) ? this.operations[action] : undefined;
    if (!known)
      throw new ServiceError(this.#codes.unknown, `The embedded cloud does not know ${this.#name} ${action}`);
    const { data, error } = known.input.safeParse(input, { reportInput: true });
    const [issue] = error?.issues ?? [];
    if (issue) throw this.invalid(issue);
    return known.run(data as never, trace);
  }

  /** What an input is refused with that is not as the operation takes it. */
  protected invalid({ path, message }: z.core.$ZodIssue): ServiceError {
    return new ServiceError(this.#codes.invalid, `${path.join('.')}: ${message}`);
  }
}
