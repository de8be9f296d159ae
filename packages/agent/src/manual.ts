/** What the agent's manual page says beside its options. */
import { type Manual, SHUTDOWN_SECONDS } from "@netferry/service/command-line";

export const agentManual: Manual = {
  signals: [
    {
      name: "SIGTERM, SIGINT",
      text: `Ends every session with Cease / Administrative Reset, and then the agent, with 0. What takes longer than ${SHUTDOWN_SECONDS} seconds is cut off, with 1; a second signal ends it at once.`,
    },
    {
      name: "SIGUSR2",
      text: "Leaves the devices' connections to systemd for the next process of the agent, and ends without a word to the devices, as a restart of the service does. Where nobody keeps them it is as SIGTERM.",
    },
    {
      name: "SIGHUP",
      text: "Not handled: it ends the agent on the spot. Settings are read at the start only.",
    },
  ],
  capabilities: [
    { name: "CAP_NET_BIND_SERVICE", text: "For ports below 1024, as that of BGP, 179." },
    {
      name: "CAP_NET_RAW",
      text: "For --enable-md5-support: to see the connection attempts that are signed.",
    },
  ],
  environment: [
    {
      name: "NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID",
      text: "Set by systemd: where the agent tells that it is ready, that it lives, and that it stops.",
    },
    {
      name: "LISTEN_FDS, LISTEN_FDNAMES, LISTEN_PID",
      text: "Set by systemd: what the process before this one left to it.",
    },
  ],
  files: [
    {
      name: "/etc/default/netferry-agent.env",
      text: "Variables for the service netferry-agent, as NAME=VALUE, one a line. Those of an environment file of kbgp may stand in it.",
    },
  ],
  exitStatus: [{ name: "130, 143", text: "Ended by a second SIGINT or SIGTERM, before it was done." }],
  seeAlso: ["systemd.exec(5)", "capabilities(7)", "tcp(7)"],
};
