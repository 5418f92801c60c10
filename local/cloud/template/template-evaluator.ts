import { accountId, arnOf, region } from '../account.ts';
import { UnsupportedTemplateError } from '../cloud-error.ts';
import { stackId, stackName } from '../services/cloudformation-service.ts';
import type { CloudTemplate, ResolvedResource } from './template.ts';

const pseudoParameters: Readonly<Record<string, unknown>> = {
  'AWS::AccountId': accountId,
  'AWS::Region': region,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': stackName,
  'AWS::StackId': stackId,
  'AWS::NoValue': undefined,
};

/** The property that names a resource of a type; without it the logical id becomes the name. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
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

  /** @returns a resource with all properties resolved */
  resource(logicalId: string): ResolvedResource {
    const resource = this.#template.Resources[logicalId];
    if (!resource) throw new UnsupportedTemplateError(`a reference to the unknown resource ${logicalId}`);
    const properties = this.evaluate(resource.Properties ?? {}) as Record<string, unknown>;
    return { logicalId, type: resource.Type, physicalId: String(this.reference(logicalId)), properties };
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
    const physicalName = this.#name(name);
    switch (this.#template.Resources[name]?.Type) {
      case 'AWS::SQS::Queue':
        return `${this.#endpoint}/${accountId}/${physicalName}`;
      case 'AWS::SecretsManager::Secret':
        return arnOf('secretsmanager', `secret:${physicalName}`);
      default:
        return physicalName;
    }
  }

  #name(logicalId: string): string {
    const resource = this.#template.Resources[logicalId];
    if (!resource) throw new UnsupportedTemplateError(`a reference to the unknown resource ${logicalId}`);
    const property = nameProperties[resource.Type];
    return String((property && this.evaluate(resource.Properties?.[property])) || logicalId);
  }

  #attribute(logicalId: string, attribute: string): string {
    const name = this.#name(logicalId);
    const type = this.#template.Resources[logicalId]?.Type;
    switch (`${type} ${attribute}`) {
      case 'AWS::DynamoDB::Table StreamArn':
      case 'AWS::DynamoDB::GlobalTable StreamArn':
        return arnOf('dynamodb', `table/${name}/stream/1`);
      case 'AWS::DynamoDB::Table Arn':
      case 'AWS::DynamoDB::GlobalTable Arn':
        return arnOf('dynamodb', `table/${name}`);
      case 'AWS::SQS::Queue Arn':
        return arnOf('sqs', name);
      case 'AWS::SQS::Queue QueueName':
        return name;
      case 'AWS::SQS::Queue QueueUrl':
        return String(this.reference(logicalId));
      case 'AWS::Lambda::Function Arn':
        return arnOf('lambda', `function:${name}`);
      case 'AWS::IAM::Role Arn':
        return `arn:aws:iam::${accountId}:role/${name}`;
      case 'AWS::Scheduler::ScheduleGroup Arn':
        return arnOf('scheduler', `schedule-group/${name}`);
      default:
        // Only resources that are ignored get here (log groups, keys, topics): any stable value will do.
        return attribute.endsWith('Arn') ? arnOf('ignored', name) : `${name}.${attribute}`;
    }
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
