import { OperatorError } from "@netferry/service";

/** Which of its four kinds a `RegistryError` is. */
export type RegistryErrorCode = "invalid" | "conflict" | "not-found" | "store";

/** What every registry call throws, as one of its four kinds. The message is one line with a remedy. */
export class RegistryError extends OperatorError {
  override readonly name: string = "RegistryError";
  readonly code: RegistryErrorCode;

  constructor(code: RegistryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The input can't be right, whatever the registry holds. */
export class InvalidError extends RegistryError {
  override readonly name: string = "InvalidError";
  /** The field at fault, as the model names it. */
  readonly field: string;

  /** The message becomes `field: problem`. */
  constructor(field: string, problem: string) {
    super("invalid", `${field}: ${problem}`);
    this.field = field;
  }
}

/** The input is at odds with what the registry holds. */
export class ConflictError extends RegistryError {
  override readonly name: string = "ConflictError";

  constructor(message: string) {
    super("conflict", message);
  }
}

/** There is no such device, site or account. */
export class NotFoundError extends RegistryError {
  override readonly name: string = "NotFoundError";

  constructor(message: string) {
    super("not-found", message);
  }
}

/** The store itself can't be opened, read or written; `cause` is what it said. */
export class StoreError extends RegistryError {
  override readonly name: string = "StoreError";

  constructor(message: string, cause?: unknown) {
    super("store", message, cause === undefined ? undefined : { cause });
  }
}
