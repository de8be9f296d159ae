import { Agent } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";

/** Which certificate of a server is trusted. */
export type Trust =
  /** What the system's CAs vouch for. */
  | { readonly kind: "system" }
  /** What these certificates vouch for, PEM. */
  | { readonly kind: "ca"; readonly pem: string }
  /** The one with this SHA-256 digest, 64 lower-case hexadecimal digits, whatever its name and dates. */
  | { readonly kind: "fingerprint"; readonly sha256: string };

/** The server showed another certificate than the one that was named. */
export class FingerprintError extends Error {
  override readonly name = "FingerprintError";
  /** As `openssl x509 -fingerprint -sha256` writes it. */
  readonly shown: string;

  constructor(shown: string) {
    super(`the certificate's fingerprint is ${shown}`);
    this.shown = shown;
  }
}

/** Reads a SHA-256 fingerprint with or without colons. Throws an `Error` that says what is expected. */
export function parseFingerprint(text: string): string {
  const digits = text
    .trim()
    .replace(/^sha256[:=]/i, "")
    .replaceAll(":", "")
    .toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new Error("expected the 32 octets of a SHA-256 in hexadecimal, as ingest prints them at its start");
}

/** Hands a connection out only once its certificate is known to be the right one: no request before that. */
class PinningAgent extends Agent {
  readonly #sha256: string;

  constructor(sha256: string) {
    super({ keepAlive: true });
    this.#sha256 = sha256;
  }

  override createConnection(
    options: { readonly host?: string; readonly port?: number | string },
    done: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const host = options.host ?? "localhost";
    const socket = connect({
      host,
      port: Number(options.port),
      // The digest decides, not the chain.
      rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const fail = (error: Error): void => done(error, socket);
    socket.once("error", fail);
    socket.once("secureConnect", () => {
      socket.removeListener("error", fail);
      const shown = socket.getPeerX509Certificate()?.fingerprint256 ?? "missing";
      if (shown.replaceAll(":", "").toLowerCase() === this.#sha256) {
        done(null, socket);
        return;
      }
      socket.destroy();
      done(new FingerprintError(shown), socket);
    });
  }
}

/** The agent that makes connections with this trust. */
export function httpsAgent(trust: Trust): Agent {
  if (trust.kind === "fingerprint") return new PinningAgent(trust.sha256);
  return new Agent({ keepAlive: true, ...(trust.kind === "ca" ? { ca: trust.pem } : {}) });
}
