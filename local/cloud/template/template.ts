/** The parts of a CloudFormation template that the embedded cloud reads (CDK writes it as JSON). */
export interface CloudTemplate {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
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
