import { accountId, arnOf, region } from '../account.ts';
import { UnsupportedTemplateError } from '../cloud-error.ts';
import { stackId, stackName } from '../services/cloudformation-service.ts';
import { streamArnOf } from '../tables/stream-record.ts';

/** The parts of a CloudFormation template that the embedded cloud reads (CDK writes it as JSON). */
export interface CloudTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** A resource with its intrinsic functions resolved. */
export interface ResolvedResource {
  readonly logicalId: string;
  readonly type: string;
  /** what `Ref` gives */
  readonly physicalId: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape; each creator reads the properties that the whitelist has let through
  readonly properties: Readonly<Record<string, any>>;
}

const pseudoParameters: Readonly<Record<string, unknown>> = {
  'AWS::AccountId': accountId,
  'AWS::Region': region,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': stackName,
  'AWS::StackId': stackId,
  'AWS::NoValue': undefined,
};

/** The property that names a resource of a type, without which the logical id becomes the name, and its ARN. */
const named: Readonly<Record<string, { property: string; arn: (name: string) => string }>> = {
  'AWS::DynamoDB::Table': { property: 'TableName', arn: (name) => arnOf('dynamodb', `table/${name}`) },
  'AWS::DynamoDB::GlobalTable': { property: 'TableName', arn: (name) => arnOf('dynamodb', `table/${name}`) },
  'AWS::SQS::Queue': { property: 'QueueName', arn: (name) => arnOf('sqs', name) },
  'AWS::Lambda::Function': { property: 'FunctionName', arn: (name) => arnOf('lambda', `function:${name}`) },
  'AWS::IAM::Role': { property: 'RoleName', arn: (name) => `arn:aws:iam::${accountId}:role/${name}` },
  'AWS::Scheduler::Schedule': { property: 'Name', arn: (name) => arnOf('scheduler', `schedule/${name}`) },
  'AWS::Scheduler::ScheduleGroup': {
    property: 'Name',
    arn: (name) => arnOf('scheduler', `schedule-group/${name}`),
  },
  'AWS::SecretsManager::Secret': {
    property: 'Name',
    arn: (name) => arnOf('secretsmanager', `secret:${name}`),
  },
};

/** Resolves CloudFormation's intrinsic functions with made-up physical ids. */
export class TemplateEvaluator {
  readonly #template: CloudTemplate;
  readonly #endpoint: string;

  /** @param endpoint base of the queue URLs, `http://127.0.0.1:PORT` */
  constructor(template: CloudTemplate, endpoint: string) {
    this.#template = template;
    this.#endpoint = endpoint;
  }

  /** @returns the resources that are wanted, with all properties resolved */
  resources(isWanted: (logicalId: string, type: string) => boolean): ResolvedResource[] {
    return Object.entries(this.#template.Resources)
      .filter(([logicalId, { Type }]) => isWanted(logicalId, Type))
      .map(([logicalId, { Type: type, Properties = {} }]) => ({
        logicalId,
        type,
        physicalId: String(this.reference(logicalId)),
        properties: this.evaluate(Properties) as Record<string, unknown>,
      }));
  }

  /** @returns the stack's outputs */
  outputs(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#template.Outputs ?? {}).map(([key, { Value }]) => [
        key,
        String(this.evaluate(Value)),
      ]),
    );
  }

  /** @returns the value with every intrinsic function in it resolved; `AWS::NoValue` leaves its key out */
  evaluate(value: unknown): unknown {
    if (Array.isArray(value))
      return value.map((item) => this.evaluate(item)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const [entry, ...others] = Object.entries(value);
    if (entry && others.length === 0 && (entry[0] === 'Ref' || entry[0].startsWith('Fn::')))
      return this.#call(entry[0], entry[1]);
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, this.evaluate(item)] as const)
        .filter(([, item]) => item !== undefined),
    );
  }

  /** What `Ref` gives for a resource, a parameter or a pseudo parameter. */
  reference(name: string): unknown {
    if (name in pseudoParameters) return pseudoParameters[name];
    const parameter = this.#template.Parameters?.[name];
    if (parameter) return parameter.Default;
    const { Type } = this.#resource(name);
    const physicalName = this.#name(name);
    if (Type === 'AWS::SQS::Queue') return `${this.#endpoint}/${accountId}/${physicalName}`;
    if (Type === 'AWS::SecretsManager::Secret') return arnOf('secretsmanager', `secret:${physicalName}`);
    return physicalName;
  }

  #resource(logicalId: string): CloudTemplate['Resources'][string] {
    const resource = this.#template.Resources[logicalId];
    if (!resource) throw new UnsupportedTemplateError(`a reference to the unknown resource ${logicalId}`);
    return resource;
  }

  #name(logicalId: string): string {
    const { Type, Properties } = this.#resource(logicalId);
    const property = named[Type]?.property;
    return String((property && this.evaluate(Properties?.[property])) || logicalId);
  }

  #attribute(logicalId: string, attribute: string): string {
    const name = this.#name(logicalId);
    const arn = named[this.#resource(logicalId).Type]?.arn(name);
    if (attribute === 'QueueName') return name;
    if (attribute === 'QueueUrl') return String(this.reference(logicalId));
    if (attribute === 'StreamArn') return streamArnOf(name);
    if (attribute === 'Arn' && arn !== undefined) return arn;
    // Only resources that are ignored get here (log groups, keys, topics): any stable value will do.
    return attribute.endsWith('Arn') ? arnOf('ignored', name) : `${name}.${attribute}`;
  }

  #call(name: string, input: unknown): unknown {
    if (name === 'Ref') return this.reference(String(input));
    if (name === 'Fn::GetAtt') {
      const [logicalId = '', ...attribute] =
        typeof input === 'string' ? input.split('.') : (input as string[]);
      return this.#attribute(logicalId, attribute.join('.'));
    }
    if (name === 'Fn::Sub') return this.#substitute(input);
    const values = this.evaluate(input);
    if (!Array.isArray(values)) throw new UnsupportedTemplateError(`${name} of this form`);
    switch (name) {
      case 'Fn::Join':
        return (values[1] as unknown[]).join(String(values[0]));
      case 'Fn::Split':
        return String(values[1]).split(String(values[0]));
      case 'Fn::Select':
        return (values[1] as unknown[])[Number(values[0])];
      case 'Fn::FindInMap':
        return this.#template.Mappings?.[String(values[0])]?.[String(values[1])]?.[String(values[2])];
      default:
        throw new UnsupportedTemplateError(`the intrinsic function ${name}`);
    }
  }

  #substitute(input: unknown): string {
    const [text, variables] = Array.isArray(input) ? input : [input, {}];
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in (variables as object)) return String(this.evaluate((variables as never)[name]));
      return String(name.includes('.') ? this.#call('Fn::GetAtt', name) : this.reference(name));
    });
  }
}
