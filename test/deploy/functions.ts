import * as z from 'zod';
import { callApi } from './call-api.ts';
import type { Emulator } from './emulator.ts';

const functionSchema = z.object({
  FunctionName: z.string(),
  /** ARN of its role. */
  Role: z.string(),
  LoggingConfig: z.object({ LogGroup: z.string() }),
});
const listSchema = z.object({ Functions: z.array(functionSchema) });
const eventsSchema = z.object({
  events: z.array(z.object({ message: z.string() })),
  nextToken: z.string().optional(),
});

export type DeployedFunction = z.infer<typeof functionSchema>;

/** The functions of the stack (and not those that CDK may add for itself). */
export async function deployedFunctions(emulator: Emulator): Promise<DeployedFunction[]> {
  const answer = await callApi(emulator, 'lambda', '/2015-03-31/functions/?MaxItems=50', { method: 'GET' });
  return listSchema.parse(await answer.json()).Functions;
}

/** Runs a function with an event and waits for its result. */
export async function invoke(
  emulator: Emulator,
  { FunctionName }: DeployedFunction,
  event: unknown,
): Promise<{ error: string | undefined; result: string }> {
  const path = `/2015-03-31/functions/${FunctionName}/invocations`;
  const answer = await callApi(emulator, 'lambda', path, { method: 'POST', body: JSON.stringify(event) });
  return { error: answer.headers.get('x-amz-function-error') ?? undefined, result: await answer.text() };
}

/** All lines that a function has logged. */
export async function logLines(emulator: Emulator, { LoggingConfig }: DeployedFunction): Promise<string[]> {
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await callApi(emulator, 'logs', '/', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Logs_20140328.FilterLogEvents',
      },
      body: JSON.stringify({ logGroupName: LoggingConfig.LogGroup, nextToken }),
    });
    const page = eventsSchema.parse(await answer.json());
    lines.push(...page.events.map(({ message }) => message.trimEnd()));
    nextToken = page.nextToken;
  } while (nextToken);
  return lines;
}
