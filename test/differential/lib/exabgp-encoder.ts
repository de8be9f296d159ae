import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ExabgpTestSession {
  readonly localAsn: number;
  readonly peerAsn: number;
  readonly fourOctetAs: boolean;
  readonly addPath: boolean;
}

/** The messages of a command in hexadecimal, or why ExaBGP has none. */
export type ExabgpAnswer = { readonly messages: readonly string[] } | { readonly problem: string };

const SCRIPT = fileURLToPath(new URL("exabgp_encode.py", import.meta.url));
/** The interpreter that Debian's python3-exabgp is installed for. */
const PYTHON = "/usr/bin/python3";
const MAX_OUTPUT_BYTES = 1 << 30;

/** What ExaBGP's own code encodes commands to, in their order. */
export function encodeWithExabgp(commands: readonly string[], session: ExabgpTestSession): ExabgpAnswer[] {
  const argv = [
    SCRIPT,
    `${session.localAsn}`,
    `${session.peerAsn}`,
    session.fourOctetAs ? "4" : "2",
    session.addPath ? "path" : "plain",
  ];
  const { status, stdout, stderr, error } = spawnSync(PYTHON, argv, {
    encoding: "utf8",
    input: commands.map((command) => `${command}\n`).join(""),
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  if (error !== undefined || status !== 0) {
    const why = stderr?.trim().split("\n").at(-1) ?? "";
    throw new Error(`ExaBGP's encoder does not run (${why}); run: scripts/install-interop.sh`, {
      cause: error,
    });
  }
  const answers = stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ExabgpAnswer);
  if (answers.length !== commands.length) {
    throw new Error(`ExaBGP answered ${answers.length} of ${commands.length} commands`);
  }
  return answers;
}
