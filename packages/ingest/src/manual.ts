/** What the manual page of ingest says beside its options. */
import type { Manual } from "@netferry/service";
import { INGEST_SHUTDOWN_SECONDS } from "./shutdown-time.ts";
import { DATA_FILES } from "./data-dir.ts";

export const ingestManual: Manual = {
  signals: [
    {
      name: "SIGTERM, SIGINT",
      text: `Hands the relayed sessions back to their agents, which keep them up, ends those of devices that dialled ingest with a Cease, writes a snapshot of the routes, and ends with 0. What takes longer than ${INGEST_SHUTDOWN_SECONDS} seconds is cut off, with 1; a second signal ends it at once.`,
    },
    {
      name: "SIGHUP",
      text: "Not handled: it ends ingest on the spot. Settings and certificates are read at the start only.",
    },
  ],
  capabilities: [{ name: "CAP_NET_BIND_SERVICE", text: "For ports below 1024, as --bgp-listen :179." }],
  files: [
    {
      name: "/etc/default/netferry-ingest.env",
      text: "Variables for the service netferry-ingest, as NAME=VALUE, one a line.",
    },
    { name: "/var/lib/netferry-ingest", text: "Data directory of the service netferry-ingest." },
    {
      name: "/var/lib/netferry-ingest/credentials.json",
      text: "The account that the first start of the service made, for --credentials of the client commands.",
    },
    {
      name: `DIR/${DATA_FILES.registry}`,
      text: "In the directory of --data-dir: devices, sites and accounts, with the devices' MD5 keys encrypted.",
    },
    {
      name: `DIR/${DATA_FILES.secretKey}`,
      text: "The key that encrypts those, unless --secret-key-file names another. Without it ingest does not start: keep a copy.",
    },
    {
      name: `DIR/${DATA_FILES.certificate}, DIR/${DATA_FILES.certificateKey}`,
      text: "Ingest's own certificate and its key, where --tls-cert names no other. Agents may be given a copy of the first with --ca.",
    },
    {
      name: `DIR/${DATA_FILES.snapshot}`,
      text: "Routes and sessions over a restart. It may be removed while ingest is stopped; that costs a route refresh.",
    },
    { name: `DIR/${DATA_FILES.lock}`, text: "Process that uses the directory." },
  ],
  exitStatus: [{ name: "130, 143", text: "Ended by a second SIGINT or SIGTERM, before it was done." }],
  seeAlso: ["systemd.exec(5)", "capabilities(7)"],
};
