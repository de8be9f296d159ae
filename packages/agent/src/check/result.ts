/** What `netferry agent check` finds out, one line each. */
import { cutToWidth, displayWidth, oneLine } from "@netferry/service";

export type CheckStatus = "ok" | "warn" | "fail" | "skip";

export interface CheckResult {
  readonly check: string;
  readonly status: CheckStatus;
  /** One line; with the remedy for what fails. */
  readonly text: string;
  /** host:port, where it concerns one of several targets. */
  readonly target?: string;
}

const CHECK_WIDTH = 20;

/** `ok    TLS    ...`, with its line end. */
export function resultLine({ check, status, text }: CheckResult): string {
  const name = cutToWidth(check, CHECK_WIDTH);
  return `${status.padEnd(5)} ${name}${" ".repeat(CHECK_WIDTH - displayWidth(name))} ${oneLine(text)}\n`;
}

/** Does the agent work as it is set up? Warnings don't keep it from that. */
export function allPass(results: readonly CheckResult[]): boolean {
  return results.every(({ status }) => status !== "fail");
}
