import { RegistryError } from "@netferry/registry";
import type { RegistryErrorCode } from "@netferry/registry";

/** Status by error code; the code is what programs read in `{ "error": { "code", "message" } }`. */
const STATUS = {
  invalid: 400,
  unauthorized: 401,
  "not-found": 404,
  conflict: 409,
  internal: 500,
  busy: 503,
} as const;

export type ApiErrorCode = keyof typeof STATUS;

export type ApiStatus = (typeof STATUS)[ApiErrorCode];

/** An answer other than the one asked for. The message names the field and the remedy. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.code = code;
  }

  get status(): ApiStatus {
    return STATUS[this.code];
  }

  get body(): { error: { code: ApiErrorCode; message: string } } {
    return { error: { code: this.code, message: this.message } };
  }
}

const CODE_OF_REGISTRY: Readonly<Record<RegistryErrorCode, ApiErrorCode>> = {
  invalid: "invalid",
  conflict: "conflict",
  "not-found": "not-found",
  store: "internal",
};

/** What to answer where a handler threw this; `internal` for what nobody foresaw. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof RegistryError && error.code !== "store") {
    return new ApiError(CODE_OF_REGISTRY[error.code], error.message, { cause: error });
  }
  // The text may hold paths or worse; it goes to the log, not to the client.
  return new ApiError("internal", "ingest could not answer; its log says why", { cause: error });
}
