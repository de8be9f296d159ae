import { readFile, stat } from "node:fs/promises";
import { errorText, OperatorError } from "./errors.ts";

const OTHERS = 0o077;

/**
 * Reads a file that is for its owner alone. Throws an `OperatorError` with the way out, which names the file as
 * `what` and never shows its content.
 */
export async function readPrivateFile(path: string, what: string, maxOctets: number): Promise<string> {
  try {
    const status = await stat(path);
    // A pipe, such as the shell's <(...), is nobody else's to open.
    if (status.isFile() && (status.mode & OTHERS) !== 0) {
      throw new OperatorError(
        `${what} ${path} is open to others (mode ${(status.mode & 0o777).toString(8)}); run: chmod 600 ${path}`,
      );
    }
    if (status.size > maxOctets) throw new OperatorError(`${what} ${path} is too long to be one`);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(`${what} ${path} can't be read: ${errorText(error)}`, {
      cause: error,
      complete: true,
    });
  }
}
