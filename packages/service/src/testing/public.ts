/** What the tests of other packages use. */
export { CapturedStream } from "./captured-stream.ts";
export { ManualClock } from "./manual-clock.ts";
