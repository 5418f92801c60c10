import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Values that CloudWatch Logs accepts as a retention, in days. */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const wrongRetention = 'is a whole number of days, 30 or more, or false';
const wrongReservation = 'is a whole number, not less than workers, or false';
const wrongWorkers = 'is a whole number from 2 to 100';

/** An id that EC2 gives: 17 hexadecimal digits, or 8 if it is old. */
const awsId = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`), `is an id such as ${prefix}-0a1b2c3d`);

const vpcSchema = z.strictObject({
  /** The VPC that reaches the Moodle. */
  vpcId: awsId('vpc'),
  /**
   * Private subnets with a route to the Moodle and to AWS (NAT gateway, or endpoints for DynamoDB, SQS,
   * Scheduler and Secrets Manager). Named rather than looked up: a lookup needs credentials at synth, and
   * would have to guess which subnets have that route.
   */
  subnetIds: z.array(awsId('subnet')).min(1),
  /** Security groups of the functions. Default: a new one with outbound traffic only. */
  securityGroupIds: z.array(awsId('sg')).min(1).optional(),
});

/** When something is done: an expression of EventBridge Scheduler, in UTC. The defaults are spread over the hour. */
const expression = (standard: string) =>
  z
    .string()
    .regex(
      /^(rate\([1-9]\d* (minute|hour|day)s?\)|cron\(\S+( \S+){5}\))$/,
      'is an expression such as rate(2 hours) or cron(5 * * * ? *)',
    )
    .default(standard);

const schedulesSchema = z.strictObject({
  /** Sweep of departments, programs, subjects and batches. */
  pushStructure: expression('cron(5 * * * ? *)'),
  /** Sweep of students, with what they are enrolled in. */
  pushStudents: expression('cron(15 * * * ? *)'),
  /** Sweep of teachers, with what they teach. */
  pushTeachers: expression('cron(25 * * * ? *)'),
  /** Pull of grades. */
  pullGradebook: expression('cron(35 * * * ? *)'),
  /** Pull of assignment grades. */
  /** Pull of course completion. */
  pullCompletion: expression('cron(50 * * * ? *)'),
  /** Attendance, in the direction that each instance has chosen. */
  syncAttendance: expression('cron(20 * * * ? *)'),
  /** Comparison of the Moodles whose hour it is: each has one of the day's 24. */
  drift: expression('cron(30 * * * ? *)'),
  /** Deletion of what is held of people longer than `retentionDays`. */
  retention: expression('rate(7 days)'),
  /** Check of every Moodle. */
  healthCheck: expression('cron(55 0/4 * * ? *)'),
});

/** An OpenEduCat that the link reads and writes by itself (docs/openeducat-setup.md). */
const erpSchema = z.strictObject({
  /** The field of op.student.course that takes a student's completion, such as x_moodle_completion. Default: none. */
  completionField: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, 'is the technical name of a field, such as x_moodle_completion')
    .optional(),
  /** What has changed in the ERP is read. */
  exportChanges: expression('rate(1 minute)'),
  /** All of the ERP's records are counted: what was missed is read, what is gone is deleted. */
  exportAll: expression('cron(10 * * * ? *)'),
  /** What was not brought to the ERP is found. */
  importSweep: expression('cron(40 * * * ? *)'),
});

const optionsSchema = z.strictObject({
  /** Names the stack, and what it shares an account with: secrets, metrics. `prod` is also protected from deletion. */
  stage: z
    .string()
    .regex(/^[a-z]{1,20}$/, 'is one lower-case word of at most 20 letters, such as dev, test or prod')
    .default('dev'),
  /** Where alarms are sent. Default: nowhere; the alarms are then only visible in the console. */
  alarmEmail: z.email('is an e-mail address').optional(),
  /**
   * Units that are worked off at a time, of all Moodles together; none ever has more than four. Default: 4, which is
   * what one Moodle bears; with many of them, more. Two is the least that SQS allows.
   */
  workers: z.int(wrongWorkers).min(2, wrongWorkers).max(100, wrongWorkers).default(4),
  /**
   * Concurrent executions set aside for push-worker, at least its `workers`. `false` reserves nothing: AWS keeps
   * 100 unreserved in every account, so a new one with a low limit cannot reserve any. Default: as many as there are
   * workers, so that other functions of the account cannot starve the sync.
   */
  reservedConcurrency: z.union([z.literal(false), z.int()], wrongReservation).optional(),
  /** The private network of the Moodle. Default: none, since a NAT gateway costs more than all the rest. */
  vpc: vpcSchema.optional(),
  /**
   * File with the certificates (PEM) of an authority of your own that has signed Moodle's or the ERP's, as seen from this
   * folder. Default: none, the public authorities are enough.
   */
  caFile: z.string().min(1, 'is the path of a file').optional(),
  /** Days that logs are kept. Default: 90, about a term, so that a complaint can still be looked into. */
  logRetentionDays: z
    .literal(logRetentions, `is one of ${logRetentions.join(', ')} (what CloudWatch Logs accepts)`)
    .default(90),
  /**
   * Days after which marks and attendance from Moodle are deleted from the tables once the enrolment has ended, and
   * mappings of people once the ERP has deleted them; `false`: never. Default: 365, as long as marks are commonly
   * contested or an ERP restored; the marks themselves are in the ERP (docs/data-protection.md).
   */
  retentionDays: z
    .union([z.literal(false), z.int()], wrongRetention)
    .refine((value) => value === false || value >= 30, wrongRetention)
    .default(365),
  /** What `cdk destroy` does with tables and logs. Default: retain, since the mappings cannot be recreated. */
  onRemoval: z.enum(['retain', 'destroy'], 'is retain or destroy').default('retain'),
  /**
   * Whether stack and tables are protected from deletion, also by hand. Default: in stage `prod`. `npm run deploy`
   * leaves it off until a first deployment is through.
   */
  protected: z.boolean('is true or false').optional(),
  /** Least level that the functions log. Default: INFO, one line per unit of work. */
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR'], 'is DEBUG, INFO, WARN or ERROR').default('INFO'),
  /** When the regular work is started. Default: each hour, spread over it. */
  schedules: schedulesSchema.prefault({}),
  /** An OpenEduCat to connect. Default: none; the ERP then writes its records into the table itself. */
  erp: erpSchema.optional(),
  /**
   * Whose rights a deployment uses: the `roles` that `cdk bootstrap` made, or the `credentials` of whoever deploys,
   * where an account does not let those roles be assumed.
   */
  deployWith: z.enum(['roles', 'credentials'], 'is roles or credentials').default('roles'),
});

const configSchema = optionsSchema
  .transform((options) => ({
    ...options,
    reservedConcurrency: options.reservedConcurrency ?? options.workers,
    protected: options.protected ?? options.stage === 'prod',
  }))
  .refine(({ reservedConcurrency, workers }) => !reservedConcurrency || reservedConcurrency >= workers, {
    path: ['reservedConcurrency'],
    message: wrongReservation,
  })
  .refine((config) => !config.protected || config.onRemoval === 'retain', {
    path: ['onRemoval'],
    message: 'cannot be destroy where tables are protected from deletion, as in stage prod',
  });

/** A configuration as an operator writes it: everything is optional. */
export type ConfigInput = z.input<typeof configSchema>;
/** A complete, valid configuration. */
export type Config = z.output<typeof configSchema>;

/** The file beside cdk.json in which an installation may keep its configuration. */
export const configFile = 'oec-moodle.config.json';

/** The configuration cannot be used; the message names every wrong option and what it should be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws ConfigError naming every unknown or wrong option
 */
export function parseConfig(input: unknown): Config {
  const result = configSchema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `unknown: ${[...issue.path, issue.keys.join(', ')].join('.')}`
      : `${issue.path.join('.') || 'the configuration'}: ${issue.message}`,
  );
  const known = Object.keys(optionsSchema.shape).join(', ');
  throw new ConfigError(
    `The configuration cannot be used.\n  ${problems.join('\n  ')}\nOptions: ${known} (docs/deploy.md).`,
  );
}

/**
 * What makes an installation the one it is, and how it is said that a part of it is not wanted. Where one of them is
 * forgotten, another stack is deployed, or the ERP's side or the mails of the one that is meant are taken away.
 */
const toBeSaid = {
  stage: '"stage": "prod"',
  alarmEmail: '"alarmEmail": "it@your.university" (or false: alarms are mailed to nobody)',
  erp: '"erp": {} (or false: the ERP writes its records into the table itself)',
};

/**
 * Reads the configuration from the file of the installation and from CDK context, which wins. What must not be
 * forgotten has to be said in one of them.
 *
 * @param context all context of the CDK app; its own keys (feature flags, lookups) are left aside
 * @param directory where the configuration file is looked for
 * @throws ConfigError when the file is not JSON, or an option is unknown, wrong or forgotten
 */
export function readConfig(context: Record<string, unknown>, directory: string): Config {
  const options = Object.entries(context).filter(([key]) => /^[A-Za-z]+$/.test(key));
  const said: Record<string, unknown> = {
    ...readFile(join(directory, configFile)),
    ...Object.fromEntries(options.map(([key, value]) => [key, fromCommandLine(value)])),
  };
  const forgotten = Object.entries(toBeSaid).filter(([key]) => said[key] === undefined);
  if (forgotten.length > 0) {
    throw new ConfigError(
      `${configFile} has to say:\n${forgotten.map(([, how]) => `  ${how}`).join('\n')}\n` +
        'Otherwise another stack would be deployed, or parts of yours taken away (docs/deploy.md).',
    );
  }
  const notWanted = ['alarmEmail', 'erp'].filter((key) => said[key] === false);
  return parseConfig(Object.fromEntries(Object.entries(said).filter(([key]) => !notWanted.includes(key))));
}

function readFile(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new ConfigError(`${configFile} is not valid JSON`, { cause });
  }
}

/** `-c key=value` gives strings only: numbers, booleans and objects are written as JSON. */
function fromCommandLine(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
