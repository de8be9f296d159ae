import type { Lab } from "../../interop/lib/lab.ts";
import type { Scale } from "./fault.ts";
import type { Progress } from "./progress.ts";
import type { Summary } from "./summary.ts";

/** What a scenario came to. */
export interface Found extends Omit<Summary, "fault" | "title" | "outcome"> {
  /** Something beyond flaps and routes was not as it has to be; the notes say what. */
  readonly failed: boolean;
}

/** A fault with a bed of its own. */
export interface Scenario {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** How long it lasts at most, in seconds. */
  readonly seconds: (scale: Scale) => number;
  readonly run: (lab: Lab, scale: Scale, progress: Progress) => Promise<Found>;
}

export function summaryOf({ name, title }: Scenario, { failed, ...found }: Found): Summary {
  const ok = !failed && found.flaps === 0 && found.wrong === 0 && found.seconds !== undefined;
  return { fault: name, title, ...found, outcome: ok ? "ok" : "FAILED" };
}
