/** `netferry ingest`: the option table, and the life of the process. */
import { existsSync, rmSync } from "node:fs";
import { ServiceManager } from "@netferry/kernel";
import {
  createLogger,
  defineCommand,
  errorText,
  exitOnCrash,
  hideArguments,
  type Logger,
  loggingOptions,
  OperatorError,
  optionGroup,
  type OutputStream,
  parseListen,
  ServiceNotices,
  Shutdown,
  systemClock,
  UsageError,
} from "@netferry/service";
import { writePrivateFile } from "./data-dir.ts";
import { Ingest, type NewAccount } from "./ingest.ts";
import { INGEST_SHUTDOWN_SECONDS } from "./shutdown-time.ts";
import { ingestManual } from "./manual.ts";

export const DEFAULT_RELAY_PORT = 8443;
export const DEFAULT_HTTP_PORT = 8080;
const BGP_PORT = 179;

export const ingestCommand = defineCommand({
  name: "ingest",
  summary: "Run the server that terminates BGP and holds the routes",
  description: [
    "Agents relay the BGP sessions of their devices to --relay-listen, over gRPC and TLS. Devices that can reach ingest may dial --bgp-listen instead. Routes are asked for over HTTP, by 'netferry routes' for instance.",
    "A first start makes the data directory, a certificate and an account. The account's token is shown once, on that start.",
  ].join("\n\n"),
  examples: [
    {
      command: "netferry ingest --data-dir /var/lib/netferry",
      text: "Relay on port 8443, HTTP API on loopback",
    },
    {
      command: "netferry ingest --data-dir DIR --tls-cert cert.pem --tls-key key.pem --bgp-listen :179",
      text: "With your own certificate, and devices that dial ingest",
    },
  ],
  options: {
    ...optionGroup("Server", {
      "data-dir": {
        type: "string",
        description: "Directory of the registry and of what ingest made for itself; made if it is missing",
        placeholder: "DIR",
        required: true,
      },
      "relay-listen": {
        type: "string",
        description: "Address for agents",
        placeholder: "ADDR:PORT",
        default: `:${DEFAULT_RELAY_PORT}`,
        check: (text: string) => parseListen(text, DEFAULT_RELAY_PORT),
      },
      "relay-insecure": {
        type: "bool",
        description: "Take agents without TLS (their --insecure): tokens and routes travel readable",
      },
      "http-listen": {
        type: "string",
        description: "Address of the HTTP API; plain HTTP on loopback, HTTPS elsewhere",
        placeholder: "ADDR:PORT",
        default: `127.0.0.1:${DEFAULT_HTTP_PORT}`,
        check: (text: string) => parseListen(text, DEFAULT_HTTP_PORT),
      },
      "http-insecure": {
        type: "bool",
        description: "Plain HTTP on any address: tokens travel readable",
      },
      "bgp-listen": {
        type: "list",
        description: "Address for devices that dial ingest themselves; without it none can",
        placeholder: "ADDR:PORT",
        check: (text: string) => parseListen(text, BGP_PORT),
      },
    }),
    ...optionGroup("TLS", {
      "tls-cert": {
        type: "string",
        description: "Certificate (PEM); without it ingest makes one and says how agents trust it",
        placeholder: "FILE",
      },
      "tls-key": { type: "string", description: "Private key of --tls-cert (PEM)", placeholder: "FILE" },
    }),
    ...optionGroup("BGP", {
      "router-id": {
        type: "string",
        description: "BGP identifier, as an IPv4 address",
        placeholder: "A.B.C.D",
        defaultText: "chosen at the first start, and kept",
      },
      asn: {
        type: "int",
        description: "Local AS number towards devices that name none",
        placeholder: "N",
        min: 1,
        max: 4_294_967_295,
        defaultText: "each device's own, which makes the session iBGP",
      },
    }),
    ...optionGroup("Outages", {
      "hold-detached": {
        type: "int",
        description: "How long a relayed session is held while its agent is away, in seconds",
        placeholder: "SECONDS",
        default: 300,
        min: 0,
        max: 86_400,
      },
      "stale-time": {
        type: "int",
        description: "How long the routes of a device that is away stay, marked stale, in seconds",
        placeholder: "SECONDS",
        default: 300,
        min: 0,
        max: 604_800,
      },
    }),
    ...optionGroup("Snapshots", {
      "snapshot-interval": {
        type: "int",
        description:
          "Seconds between snapshots of the routes in the data directory; 0: only when ingest stops",
        placeholder: "SECONDS",
        default: 300,
        min: 0,
        max: 86_400,
      },
    }),
    ...optionGroup("Secrets", {
      "secret-key-file": {
        type: "string",
        description:
          "File of the key that encrypts the devices' MD5 keys in the registry; made at the first start",
        placeholder: "FILE",
        defaultText: "secret.key in the data directory",
      },
      "discard-md5-keys": {
        type: "bool",
        env: false,
        description: "Forget the devices' MD5 keys: for a secret key file that was lost",
      },
    }),
    ...optionGroup("Account", {
      "rotate-token": {
        type: "bool",
        env: false,
        description: "Give the account a new token and show it, as on the first start: for one that was lost",
      },
      "write-credentials": {
        type: "string",
        description:
          "Write the new account, the API's address and the certificate's fingerprint to this file (JSON, mode 0600), for --credentials of the client commands",
        placeholder: "FILE",
      },
    }),
    ...loggingOptions,
  },
  daemon: true,
  manual: ingestManual,
  async run({ options, stdout, stderr, program, manager, signal }) {
    hideArguments("netferry ingest");
    const { tlsCert, tlsKey } = options;
    if ((tlsCert === undefined) !== (tlsKey === undefined)) {
      throw new UsageError(
        "--tls-cert and --tls-key go together; give both, or neither for a certificate of ingest's own",
      );
    }
    const logger = createLogger({ level: options.logLevel, human: options.humanLogs, destination: stdout });
    exitOnCrash({ logger });
    const shutdown = new Shutdown({ logger, signal, deadlineSeconds: INGEST_SHUTDOWN_SECONDS });
    if (options.writeCredentials !== undefined) assertWritable(options.writeCredentials);
    const ingest = await Ingest.start({
      dataDir: options.dataDir,
      relayListen: options.relayListen,
      httpListen: options.httpListen,
      bgpListen: options.bgpListen ?? [],
      tls: tlsCert === undefined || tlsKey === undefined ? undefined : { certFile: tlsCert, keyFile: tlsKey },
      routerId: options.routerId,
      localAsn: options.asn,
      httpInsecure: options.httpInsecure,
      secretKeyFile: options.secretKeyFile,
      discardMd5Keys: options.discardMd5Keys,
      relayInsecure: options.relayInsecure,
      rotateToken: options.rotateToken,
      holdDetachedMs: options.holdDetached * 1000,
      staleTimeMs: options.staleTime * 1000,
      snapshotIntervalMs: options.snapshotInterval * 1000,
      version: program.version,
      clock: systemClock,
      logger,
    });
    shutdown.add("ingest", () => ingest.stop());
    const notices = new ServiceNotices(ServiceManager.of(manager), systemClock, logger);
    shutdown.add("service manager", () => notices.stopping());
    announce(ingest, options.writeCredentials, logger, stderr);
    await notices.ready(`takes agents at ${ingest.addresses.relay}`);
    return await shutdown.finished;
  },
});

function announce(
  ingest: Ingest,
  credentialsFile: string | undefined,
  logger: Logger,
  stderr: OutputStream,
): void {
  const { addresses, certificate, newAccount, ownCertificateFile } = ingest;
  logger.info(
    {
      relay: addresses.relay,
      http: addresses.http,
      bgp: addresses.bgp,
      "router-id": ingest.routerId,
      "certificate-fingerprint": certificate.fingerprint256,
      ...(ownCertificateFile === undefined ? {} : { "certificate-file": ownCertificateFile }),
    },
    "ingest is ready",
  );
  if (newAccount === undefined) {
    if (credentialsFile !== undefined && !existsSync(credentialsFile)) {
      logger.warn(
        `${credentialsFile} was not written: there is an account already, and its token is not kept`,
      );
    }
    return;
  }
  if (credentialsFile !== undefined) {
    writePrivateFile(credentialsFile, credentialsText(ingest, newAccount));
    logger.info({ email: newAccount.email, file: credentialsFile }, "first start: an account was made");
    return;
  }
  // The one place where a token is shown. Not in the log: it is not to be kept anywhere.
  stderr.write(firstStartText(ingest, newAccount));
}

function credentialsText(
  { addresses, certificate, ownCertificateFile }: Ingest,
  account: NewAccount,
): string {
  const content = {
    api: addresses.http,
    email: account.email,
    token: account.token,
    fingerprint: certificate.fingerprint256,
    ...(ownCertificateFile === undefined ? {} : { ca: ownCertificateFile }),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function firstStartText({ addresses, certificate, ownCertificateFile }: Ingest, account: NewAccount): string {
  const trust = ownCertificateFile === undefined ? "" : ` --fingerprint ${certificate.fingerprint256}`;
  return `
The account of this ingest, with its token, which is shown this once:

  email  ${account.email}
  token  ${account.token}

An agent takes them from its environment:

  export NETFERRY_EMAIL=${account.email} NETFERRY_TOKEN=${account.token}
  netferry agent --target HOST:${addresses.relay.replace(/^.*:/, "")}${trust}
${ownCertificateFile === undefined ? "" : `\n(or, instead of the fingerprint, with a copy of the certificate: --ca ${ownCertificateFile})\n`}
The client commands take them too: netferry device add NAME --address A --asn N --api ${addresses.http}

`;
}

/** Found out before the token is made that would be lost otherwise. */
function assertWritable(file: string): void {
  try {
    writePrivateFile(`${file}.probe`, "");
    rmSync(`${file}.probe`);
  } catch (error) {
    throw new OperatorError(
      `--write-credentials ${file} can't be written: ${errorText(error)}; give another file`,
      {
        cause: error,
        complete: true,
      },
    );
  }
}
