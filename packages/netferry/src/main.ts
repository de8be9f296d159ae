/** The `netferry` program in a clone. */
import { run } from "./run.ts";

await run();
