/** Keeps secrets, endless values and stray types out of log lines. */
import { errorText } from "../errors.ts";

/** What stands in place of a secret. */
export const REDACTED = "[redacted]";

/** Registered secret values; the one registered first is forgotten when more come. */
export const MAX_REDACTED_VALUES = 4096;

/** Nesting below a log line's fields; deeper values are cut. */
export const MAX_LOG_DEPTH = 8;

/** Entries of one object or array that are logged; the rest is counted. */
export const MAX_LOG_ENTRIES = 256;

/** Characters of one string that are logged; the rest is counted. */
export const MAX_LOG_STRING = 8192;

/** Octets of one byte array that are logged, as hex; the rest is counted. */
export const MAX_LOG_OCTETS = 64;

/** Secrets shorter than this are replaced as whole words only: "abc" must not blank out "fabcd". */
const SHORT_SECRET = 6;

/** Ends of keys, without case and punctuation, whose values are never shown. */
const SECRET_KEY =
  /(?:token|password|passwd|passphrase|secret|authorization|md5key|apikey|privatekey|keypem|cookie)$/;

/** Is a field of this name secret, whatever its value? */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key.toLowerCase().replaceAll(/[^a-z0-9]/g, ""));
}

interface RegisteredSecret {
  /** How often it was registered and not yet forgotten. */
  holders: number;
  /** The secret in the forms in which texts may contain it, longest first. */
  readonly forms: readonly (string | RegExp)[];
}

/** Knows the secret values of a process and cleans texts and fields of them. */
export class Redactor {
  readonly #secrets = new Map<string, RegisteredSecret>();
  #forgottenEarly = 0;

  /** Registered secrets that had to make room for later ones. */
  get forgottenEarly(): number {
    return this.#forgottenEarly;
  }

  /**
   * From now on `value` is replaced wherever it appears. Returns a function that forgets this
   * registration; the value stays secret while another holds it.
   */
  add(value: string): () => void {
    if (value === "") return () => {};
    let secret = this.#secrets.get(value);
    if (secret === undefined) {
      secret = { holders: 0, forms: formsOf(value) };
      this.#secrets.set(value, secret);
      this.#makeRoom();
    }
    secret.holders += 1;
    const held = secret;
    let forgotten = false;
    return () => {
      if (forgotten) return;
      forgotten = true;
      held.holders -= 1;
      if (held.holders === 0 && this.#secrets.get(value) === held) this.#secrets.delete(value);
    };
  }

  #makeRoom(): void {
    if (this.#secrets.size <= MAX_REDACTED_VALUES) return;
    for (const oldest of this.#secrets.keys()) {
      this.#secrets.delete(oldest);
      this.#forgottenEarly += 1;
      return;
    }
  }

  /** The text without registered secrets and without passwords inside URLs, cut to its bound. */
  text(text: string): string {
    let clean = text.includes("://") ? withoutUrlPasswords(text) : text;
    for (const { forms } of this.#secrets.values()) {
      for (const form of forms) {
        if (typeof form !== "string" || clean.includes(form)) clean = clean.replaceAll(form, REDACTED);
      }
    }
    if (clean.length <= MAX_LOG_STRING) return clean;
    return `${clean.slice(0, MAX_LOG_STRING)}... (${clean.length - MAX_LOG_STRING} more)`;
  }

  /** A copy of any value as plain JSON data: no secrets, bounded, errors as one line of text. */
  value(value: unknown): unknown {
    return this.#clean(value, 0);
  }

  /** As {@link value}, for what stands under a key: nothing of it is shown if the key is a secret's. */
  field(key: string, value: unknown): unknown {
    return this.#cleanField(key, value, 0);
  }

  #cleanField(key: string, value: unknown, depth: number): unknown {
    return isSecretKey(key) && hasValue(value) ? REDACTED : this.#clean(value, depth);
  }

  #clean(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case "string":
        return this.text(value);
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "bigint":
        return value.toString();
      case "boolean":
      case "undefined":
        return value;
      case "symbol":
      case "function":
        return undefined;
      case "object":
        return value === null ? null : this.#cleanObject(value, depth);
    }
  }

  #cleanObject(value: object, depth: number): unknown {
    try {
      if (value instanceof Error) return this.text(errorText(value));
      if (value instanceof Uint8Array) return octetText(value);
      if (depth >= MAX_LOG_DEPTH) return "[nested too deeply]";
      if (Array.isArray(value)) return this.#cleanList(value, depth);
      if (value instanceof Set) return this.#cleanList([...value], depth);
      if (value instanceof Map) return this.#cleanEntries([...value], depth);
      if ("toJSON" in value && typeof value.toJSON === "function") {
        return this.#clean(value.toJSON(), depth + 1);
      }
      return this.#cleanEntries(Object.entries(value), depth);
    } catch (error) {
      return this.text(`[unreadable: ${errorText(error)}]`);
    }
  }

  #cleanList(list: readonly unknown[], depth: number): unknown[] {
    const clean = list.slice(0, MAX_LOG_ENTRIES).map((each) => this.#clean(each, depth + 1) ?? null);
    if (list.length > MAX_LOG_ENTRIES) clean.push(`... (${list.length - MAX_LOG_ENTRIES} more)`);
    return clean;
  }

  #cleanEntries(entries: readonly (readonly [unknown, unknown])[], depth: number): Record<string, unknown> {
    const clean: Record<string, unknown> = {};
    for (const [key, value] of entries.slice(0, MAX_LOG_ENTRIES)) {
      const name = this.text(String(key));
      clean[name] = this.#cleanField(name, value, depth + 1);
    }
    if (entries.length > MAX_LOG_ENTRIES) clean["..."] = `${entries.length - MAX_LOG_ENTRIES} more`;
    return clean;
  }
}

/** That a secret is missing is worth seeing, and no secret. */
function hasValue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && typeof value !== "boolean";
}

function formsOf(value: string): (string | RegExp)[] {
  const forms = new Set([value, JSON.stringify(value).slice(1, -1), encodedForm(value)]);
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  if (value.length >= SHORT_SECRET) return longestFirst;
  return longestFirst.map((form) => new RegExp(`(?<![\\w])${RegExp.escape(form)}(?![\\w])`, "g"));
}

function encodedForm(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return value; // a lone surrogate has no encoded form
  }
}

function withoutUrlPasswords(text: string): string {
  return text.replaceAll(/(:\/\/[^\s:@/]*:)[^\s@/]+@/g, `$1${REDACTED}@`);
}

function octetText(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, MAX_LOG_OCTETS)).toString("hex");
  return bytes.length > MAX_LOG_OCTETS ? `${shown}... (${bytes.length - MAX_LOG_OCTETS} more octets)` : shown;
}
