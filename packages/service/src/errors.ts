/** Errors that are for the operator, and how any error becomes one line of text. */

/** Longest text that {@link errorText} returns, in characters. */
export const MAX_ERROR_TEXT = 2000;

/** Longest chain of causes that {@link errorText} follows. */
export const MAX_ERROR_CAUSES = 8;

/**
 * Something that the operator can put right. The message is one line that names the input and the remedy;
 * no stack is shown for it.
 */
export class OperatorError extends Error {
  override readonly name: string = "OperatorError";
  /** The message says all that the causes do: {@link errorText} does not add them. */
  readonly complete: boolean;

  constructor(message: string, options: { readonly cause?: unknown; readonly complete?: boolean } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.complete = options.complete ?? false;
  }
}

/** A wrong command line or environment: exit code 2. */
export class UsageError extends OperatorError {
  override readonly name: string = "UsageError";
}

/** The `code` of a system error (`EADDRINUSE`), if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Control characters and line ends as visible escapes, so that text from outside stays on its line. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    if (character === "\r") return "\\r";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** The messages of an error and its causes on one line, outermost first, without repeating itself. */
export function errorText(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < MAX_ERROR_CAUSES && current !== undefined && current !== null; depth += 1) {
    const part = ownText(current);
    if (part !== "" && !parts.some((earlier) => earlier.includes(part))) parts.push(part);
    if (current instanceof OperatorError && current.complete) break;
    current = current instanceof Error ? current.cause : undefined;
  }
  const text = oneLine(parts.join(": "));
  return text.length > MAX_ERROR_TEXT ? `${text.slice(0, MAX_ERROR_TEXT)}...` : text;
}

function ownText(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : safeString(error);
  if (error.message !== "") return error.message;
  // A connection attempt to several addresses fails with an AggregateError that has no message of its own.
  if (error instanceof AggregateError) {
    const inner = error.errors.slice(0, MAX_ERROR_CAUSES).map((each: unknown) => errorText(each));
    return inner.join(", ");
  }
  return errorCode(error) ?? error.name;
}

function safeString(value: unknown): string {
  try {
    return JSON.stringify(value) ?? Object.prototype.toString.call(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
