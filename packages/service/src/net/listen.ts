/** Opens a listener, and says in one line why it cannot be opened. */
import type { AddressInfo, Server } from "node:net";
import { formatHostPort, type HostPort } from "./host-port.ts";
import { listenError } from "./listen-error.ts";

export interface ListenOptions {
  /** Names the listener and its flag in errors: `"BGP listener (--listen)"`. */
  readonly what: string;
  /** `[::]` takes IPv6 only, so that 0.0.0.0 can be listened on beside it. An empty host takes both always. */
  readonly ipv6Only?: boolean;
  readonly backlog?: number;
  /**
   * Told when a connection cannot be taken later on (too many open files). The listener goes on; without a
   * handler Node would end the process.
   */
  readonly onError?: (error: Error) => void;
}

/**
 * Listens with a TCP, HTTP or TLS server and returns where it is bound, with the port that the system chose
 * for port 0. Rejects with an `OperatorError`.
 */
export async function listenOn(server: Server, at: HostPort, options: ListenOptions): Promise<HostPort> {
  const { what, ipv6Only = false, backlog, onError = () => {} } = options;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(
        {
          port: at.port,
          ...(at.host === "" ? {} : { host: at.host, ipv6Only }),
          ...(backlog === undefined ? {} : { backlog }),
        },
        () => {
          server.removeListener("error", reject);
          server.on("error", onError);
          resolve();
        },
      );
    });
  } catch (error) {
    throw listenError(error, what, formatHostPort(at.host, at.port));
  }
  return boundAddress(server.address());
}

function boundAddress(address: AddressInfo | string | null): HostPort {
  if (address === null || typeof address === "string")
    throw new Error("the server is not bound to a TCP port");
  return { host: address.address, port: address.port };
}
