/** Takes secrets on the command line out of the process list. */

/**
 * Puts `title` in place of the command line, so that `ps` and /proc/PID/cmdline show it instead of the
 * arguments. Before the call they were visible for an instant: an environment variable is the better place for
 * a secret. Diagnostic reports leave the environment out from now on, for the same reason.
 */
export function hideArguments(title: string): void {
  process.title = title;
  process.report.excludeEnv = true;
}
