import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { arnOf, region } from '../account.ts';
import { UnsupportedTemplateError } from '../cloud-error.ts';
import type { ResolvedResource } from '../template/template-evaluator.ts';

/** A function of the template. */
export interface FunctionDefinition {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** found when the function is first started: one that never runs here needs no bundle */
  readonly handlerFile: () => string;
  /** the module to run in this process instead of the bundle in one of its own */
  readonly handlerSource: string | undefined;
  readonly handlerName: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** environments at the most */
  readonly concurrency: number;
  /** how often an asynchronous event is tried again, and how old it may be then, in milliseconds */
  readonly asynchronous: { readonly retries: number; readonly maximumAge: number };
  /** whether Lambda lets a chain of events come through it without end */
  readonly mayLoop: boolean;
}

/** Without a limit Lambda would start as many as it takes; the embedded cloud runs on one machine. */
const defaultConcurrency = 5;

/** Where functions come from, and what each finds beside its own variables. */
export interface FunctionSources {
  /** the CDK's output with the folders `asset.<hash>` */
  readonly assetDirectory: string;
  /** variables added to every function's own */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Where the source of a function's handler is, by the function's own environment variables: given, functions run as
   * modules of this process, and not as processes, from their bundles.
   */
  readonly handlerSource?: ((variables: Readonly<Record<string, string>>) => string) | undefined;
}

/**
 * @param endpoint what the function's AWS_ENDPOINT_URL says
 * @param invokeConfig the properties of the function's EventInvokeConfig
 */
export function functionDefinition(
  { logicalId, physicalId: name, properties }: ResolvedResource,
  { assetDirectory, environment, handlerSource }: FunctionSources,
  endpoint: string,
  invokeConfig: ResolvedResource['properties'],
): FunctionDefinition {
  const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = 6 * 60 * 60 } = invokeConfig;
  const [fileName = 'index', handlerName = 'handler'] = String(properties.Handler ?? '').split('.');
  const assetKey = String(properties.Code?.S3Key ?? '');
  const directory = resolve(assetDirectory, `asset.${assetKey.replace(/^.*\//, '').replace(/\.zip$/, '')}`);
  return {
    logicalId,
    name,
    arn: arnOf('lambda', `function:${name}`),
    handlerName,
    handlerSource: handlerSource?.(properties.Environment?.Variables ?? {}),
    handlerFile: () => {
      if (!String(properties.Runtime).startsWith('nodejs'))
        throw new UnsupportedTemplateError(`${logicalId}: Runtime ${properties.Runtime}`);
      const files = ['mjs', 'js', 'cjs'].map((extension) => join(directory, `${fileName}.${extension}`));
      const file = files.find((candidate) => existsSync(candidate));
      if (!file) throw new UnsupportedTemplateError(`${logicalId}: no ${fileName} bundle in ${directory}`);
      return file;
    },
    asynchronous: {
      retries: Number(MaximumRetryAttempts),
      maximumAge: Number(MaximumEventAgeInSeconds) * 1000,
    },
    timeoutSeconds: Number(properties.Timeout ?? 3),
    concurrency: Number(properties.ReservedConcurrentExecutions ?? defaultConcurrency),
    mayLoop: properties.RecursiveLoop === 'Allow',
    variables: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      TZ: 'UTC',
      LANG: 'en_US.UTF-8',
      // Starting an environment is mostly compiling its bundle: the next one of the same bundle finds that done.
      NODE_COMPILE_CACHE: resolve(assetDirectory, '.compile-cache'),
      LAMBDA_TASK_ROOT: directory,
      _HANDLER: String(properties.Handler),
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: 'embedded',
      AWS_SECRET_ACCESS_KEY: 'embedded',
      AWS_SESSION_TOKEN: 'embedded',
      AWS_ENDPOINT_URL: endpoint,
      AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize ?? 128),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'embedded',
      ...properties.Environment?.Variables,
      ...environment,
    },
  };
}
