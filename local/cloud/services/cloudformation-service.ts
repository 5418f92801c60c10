import { escapeUTF8 } from 'entities';
import { arnOf } from '../account.ts';
import { ServiceError } from '../cloud-error.ts';
import type { ResolvedResource } from '../template/template.ts';

/** The name of the one stack, as `AWS::StackName` gives it. */
export const stackName = 'embedded';
export const stackId = arnOf('cloudformation', `stack/${stackName}/0`);

/**
 * A stand-in for CloudFormation that describes the running stack, so that its outputs and resources are found as after
 * a deployment. CloudFormation speaks AWS's query protocol: a form that asks, XML that answers.
 */
export class CloudFormationService {
  readonly #outputs: Readonly<Record<string, string>>;
  readonly #resources: readonly ResolvedResource[];
  readonly #createdAt: string;

  /** @param createdAt milliseconds since 1970 */
  constructor(
    outputs: Readonly<Record<string, string>>,
    resources: readonly ResolvedResource[],
    createdAt: number,
  ) {
    this.#outputs = outputs;
    this.#resources = resources;
    this.#createdAt = new Date(createdAt).toISOString();
  }

  /** @returns the answer's XML; throws ServiceError */
  handle(form: URLSearchParams): string {
    const action = form.get('Action');
    const asked = form.get('StackName') ?? stackName;
    if (asked !== stackName && asked !== stackId)
      throw new ServiceError('ValidationError', `Stack with id ${asked} does not exist`);
    if (action === 'DescribeStacks') return answer(action, `<Stacks>${this.#stack()}</Stacks>`);
    if (action === 'ListStackResources')
      return answer(action, `<StackResourceSummaries>${this.#summaries()}</StackResourceSummaries>`);
    throw new ServiceError('InvalidAction', `The embedded cloud does not know CloudFormation ${action}`);
  }

  #stack(): string {
    const outputs = Object.entries(this.#outputs).map(([key, value]) =>
      member({ OutputKey: key, OutputValue: value }),
    );
    const stack =
      fields({
        StackName: stackName,
        StackId: stackId,
        StackStatus: 'CREATE_COMPLETE',
        CreationTime: this.#createdAt,
      }) +
      `<Tags>${member({ Key: 'project', Value: 'oec-moodle-sync' })}</Tags>` +
      `<Outputs>${outputs.join('')}</Outputs>`;
    return `<member>${stack}</member>`;
  }

  #summaries(): string {
    const summaries = this.#resources.map(({ logicalId, physicalId, type }) =>
      member({
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: this.#createdAt,
      }),
    );
    return summaries.join('');
  }
}

function answer(action: string, result: string): string {
  return (
    `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">` +
    `<${action}Result>${result}</${action}Result></${action}Response>`
  );
}

/** An error as the query protocol tells it. */
export function queryProtocolError({ code, message }: ServiceError): string {
  return `<ErrorResponse><Error>${fields({ Type: 'Sender', Code: code, Message: message })}</Error></ErrorResponse>`;
}

const fields = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `<${name}>${escapeUTF8(value)}</${name}>`)
    .join('');

const member = (values: Record<string, string>): string => `<member>${fields(values)}</member>`;
