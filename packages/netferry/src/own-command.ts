import { isSea } from "node:sea";
import { fileURLToPath } from "node:url";

/** What starts this very program again, for commands that run others: the single binary, or the runtime and its file. */
export function ownCommand(): readonly [string, ...string[]] {
  if (isSea()) return [process.execPath];
  return [process.execPath, fileURLToPath(new URL("main.ts", import.meta.url))];
}
