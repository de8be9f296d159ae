/* oxlint-disable no-underscore-dangle -- grpc-js's own names */
/** gRPC through a web proxy: the channel connects to the proxy, and CONNECT comes before TLS. */
import { ChannelCredentials } from "@grpc/grpc-js";
import type { Socket } from "node:net";
import type { HttpProxy } from "./proxy.ts";
import { openTunnel } from "./tunnel.ts";

function ignore(): void {}

type CreateConnector = ChannelCredentials["_createSecureConnector"];
type SecureConnector = ReturnType<CreateConnector>;

/**
 * Credentials for a channel whose target is the proxy. grpc-js has support for proxies of its own, which reads the
 * environment by itself, goes around proxies that it does not understand, and garbles IPv6 addresses.
 */
export class ProxiedCredentials extends ChannelCredentials {
  readonly #inner: ChannelCredentials;
  readonly #proxy: HttpProxy;
  readonly #authority: string;

  /** @param authority host:port that the proxy connects to */
  constructor(inner: ChannelCredentials, proxy: HttpProxy, authority: string) {
    super();
    this.#inner = inner;
    this.#proxy = proxy;
    this.#authority = authority;
  }

  override _isSecure(): boolean {
    return this.#inner._isSecure();
  }

  override _equals(other: ChannelCredentials): boolean {
    return other === this;
  }

  override _createSecureConnector(...parameters: Parameters<CreateConnector>): SecureConnector {
    const inner = this.#inner._createSecureConnector(...parameters);
    return {
      connect: async (socket: Socket) => {
        // Until TLS or HTTP/2 listens, an error would have nobody to go to; it shows as the socket's close.
        socket.on("error", ignore);
        await openTunnel(socket, this.#proxy, this.#authority);
        socket.off("error", ignore);
        return inner.connect(socket);
      },
      waitForReady: () => inner.waitForReady(),
      getCallCredentials: () => inner.getCallCredentials(),
      destroy: () => inner.destroy(),
    };
  }
}
