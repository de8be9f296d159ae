/**
 * Starts the `netferry` program with the compiled code of earlier starts. Plain JavaScript: what takes the types
 * out of TypeScript is not loaded where all of it comes from the cache.
 */
import { enableCompileCache } from "node:module";
import { userInfo } from "node:os";
import { join } from "node:path";

try {
  // In the user's own directory: whoever can write there is obeyed.
  enableCompileCache(join(userInfo().homedir, ".cache", "netferry", "compile"));
} catch {
  // A user without an entry in the system's list has no home; the cache only saves time.
}

await import("./main.ts");
