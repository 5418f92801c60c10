import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { ConfigInput } from '#infra/config.ts';
import { type Synthesis, synthesize, type Template } from '#infra/synthesize.ts';

// biome-ignore lint/suspicious/noExplicitAny: every type of resource has a shape of its own
export type Json = any;

/** An empty folder that is gone when the run ends. */
export function temporaryFolder(): string {
  return mkdtempSync(join(inject('temporaryFolders'), 'folder-'));
}

/** Synthesizes the stack into a temporary folder, without the functions' bundles. */
export function synthesizeStack(config: ConfigInput = {}): Synthesis {
  return synthesize({ outdir: temporaryFolder(), config, isTemplateOnly: true });
}

/** Properties of all resources of a type by logical id. */
export function resourcesOf(template: Template, type: string): [id: string, properties: Json][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties]);
}

/** The one resource of a type whose logical id starts with this. */
export function resourceOf(
  template: Template,
  type: string,
  idPrefix: string,
): [id: string, properties: Json] {
  const found = resourcesOf(template, type).filter(([id]) => id.startsWith(idPrefix));
  if (found.length !== 1) throw new Error(`${found.length} resources ${type} start with ${idPrefix}`);
  return found[0]!;
}

export interface Statement {
  readonly role: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly condition: Json;
  /** Each as text: `arn:aws:…`, with references written as `<LogicalId.Attribute>`. */
  readonly resources: readonly string[];
}

/** Every statement of every role's policies. */
export function statements(template: Template): Statement[] {
  const attached = resourcesOf(template, 'AWS::IAM::Policy').flatMap(([, { Roles, PolicyDocument }]) =>
    Roles.map((role: unknown) => ({ role: asText(role), document: PolicyDocument })),
  );
  const inline = resourcesOf(template, 'AWS::IAM::Role').flatMap(([id, { Policies = [] }]) =>
    Policies.map((policy: Json) => ({ role: `<${id}>`, document: policy.PolicyDocument })),
  );
  return [...attached, ...inline].flatMap(({ role, document }) =>
    document.Statement.map((statement: Json) => ({
      role,
      effect: statement.Effect,
      condition: statement.Condition,
      actions: [statement.Action].flat(),
      resources: [statement.Resource].flat().map(asText),
    })),
  );
}

/** A value of a template on one line, with references in angle brackets. */
export function asText(value: Json): string {
  if (typeof value === 'string') return value;
  if (value.Ref) return `<${value.Ref}>`;
  if (value['Fn::GetAtt']) return `<${value['Fn::GetAtt'].join('.')}>`;
  if (value['Fn::Join']) return value['Fn::Join'][1].map(asText).join(value['Fn::Join'][0]);
  throw new Error(`Not a value that is understood here: ${JSON.stringify(value)}`);
}
