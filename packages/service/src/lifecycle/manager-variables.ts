/** What a service manager told the process in its environment: sd_notify(3), sd_listen_fds(3), sd_watchdog_enabled(3). */
const NAMES = [
  "NOTIFY_SOCKET",
  "WATCHDOG_USEC",
  "WATCHDOG_PID",
  "LISTEN_PID",
  "LISTEN_FDS",
  "LISTEN_FDNAMES",
] as const;

/** The variables by their names; none where no service manager started the process. */
export type ManagerVariables = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

export function managerVariables(env: Readonly<Record<string, string | undefined>>): ManagerVariables {
  return Object.fromEntries(NAMES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
