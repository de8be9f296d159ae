/** What a command's manual page says beside its option table. It stands beside the command, and nowhere else. */

/** A path, a signal, a variable or an exit code, and what there is to know of it. */
export interface ManualEntry {
  readonly name: string;
  /** Sentences, as on the command's help: flags and 'netferry ...' are set off where the page is made. */
  readonly text: string;
}

export interface Manual {
  /** What a daemon does at a signal. */
  readonly signals?: readonly ManualEntry[];
  /** Capabilities of Linux that it needs where it is not root. */
  readonly capabilities?: readonly ManualEntry[];
  /** Variables that are read beside those of the options. */
  readonly environment?: readonly ManualEntry[];
  readonly files?: readonly ManualEntry[];
  /** Exit codes that mean more than what every command's mean. */
  readonly exitStatus?: readonly ManualEntry[];
  /** Pages of others: `systemd.service(5)`. */
  readonly seeAlso?: readonly string[];
}
