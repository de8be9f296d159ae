/** What the kernel refused, and what to do about it. */
import { getSystemErrorMessage, getSystemErrorName } from "node:util";

/** A call that the kernel refused. The message is one line: what was asked, the errno's name, the remedy. */
export class KernelError extends Error {
  override readonly name: string = "KernelError";
  /** The name of the errno: `EPERM`. */
  readonly code: string;
  /** The positive number of the errno. */
  readonly errno: number;
  /** What was asked, without secrets: `setsockopt TCP_MD5SIG`. */
  readonly call: string;

  constructor(call: string, errno: number, remedy?: string) {
    const code = errnoName(errno);
    const hint = remedy ?? REMEDIES.get(code);
    super(`${call}: ${errnoText(errno)} (${code})${hint === undefined ? "" : `; ${hint}`}`);
    this.call = call;
    this.errno = errno;
    this.code = code;
  }
}

/** The package cannot work here at all: not Linux, an architecture with other structures, or no koffi. */
export class KernelUnavailableError extends Error {
  override readonly name: string = "KernelUnavailableError";
  readonly code: string = "ENOSYS";
}

/** An argument that the kernel would not understand; found before it was asked. Never holds the value of a key. */
export class KernelArgumentError extends Error {
  override readonly name: string = "KernelArgumentError";
  readonly code: string = "EINVAL";
}

const REMEDIES: ReadonlyMap<string, string> = new Map([
  ["EMFILE", "raise the limit of open files (ulimit -n, LimitNOFILE= in the unit)"],
  ["ENFILE", "the system has too many open files; raise fs.file-max"],
  ["EBADF", "the socket is closed"],
]);

/** `EPERM` for 1; `E9999` for a number that has no name here. */
export function errnoName(errno: number): string {
  const name = errno > 0 ? getSystemErrorName(-errno) : "";
  return /^E[A-Z0-9]+$/.test(name) ? name : `E${errno}`;
}

function errnoText(errno: number): string {
  // Node knows the errors of libuv only; what else these calls return is named here.
  const own = OTHER_ERRORS.get(errno);
  return own ?? (errno > 0 ? getSystemErrorMessage(-errno) : "unknown error");
}

const OTHER_ERRORS: ReadonlyMap<number, string> = new Map([[109, "too many descriptors in flight"]]);
