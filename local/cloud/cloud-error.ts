/** The template asks for something the embedded cloud would not do as AWS does; start refuses instead of pretending. */
export class UnsupportedTemplateError extends Error {
  override readonly name = 'UnsupportedTemplateError';
  /** @param subject resource, property or function of the template, e.g. `PushQueue: AWS::SQS::Queue FifoQueue` */
  constructor(subject: string) {
    super(`The embedded cloud does not support ${subject}`);
  }
}

/** An error in the shape an AWS service answers with; the front turns it into the service's wire format. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;
  readonly details: object;
  /**
   * @param code the exception's name as the SDK knows it, e.g. `ConflictException`
   * @param message for people
   * @param status HTTP status, 400 unless told
   * @param details what the exception has besides
   */
  constructor(code: string, message: string, status = 400, details: object = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** A function that was invoked directly threw, timed out or died. */
export class FunctionInvocationError extends Error {
  override readonly name = 'FunctionInvocationError';
  readonly functionName: string;
  readonly errorType: string;
  /** @param functionName its physical name; @param errorType as Lambda names it; @param message the function's own */
  constructor(functionName: string, errorType: string, message: string) {
    super(`${functionName}: ${errorType}: ${message}`);
    this.functionName = functionName;
    this.errorType = errorType;
  }
}
