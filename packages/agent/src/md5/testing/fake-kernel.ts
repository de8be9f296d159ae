/** A kernel that keeps MD5 keys in memory and sends the SYNs that a test says, for tests. */
import type { Server, Socket } from "node:net";
import { KernelError, type CapturedSyn, type SynCaptureOptions } from "@netferry/kernel";
import type { Md5Kernel } from "../kernel.ts";

const ENOMEM = 12;
const ENETDOWN = 100;

export class FakeKernel implements Md5Kernel {
  readonly keys = new Map<Server | Socket, Map<string, string>>();
  /** Keys that fit on one socket. */
  room = Infinity;
  /** What opening a capture throws. */
  captureError: Error | undefined;
  captures = 0;
  capturing: SynCaptureOptions | undefined;
  dropped = 0;

  /** The key of a peer on a socket, as text. */
  key(target: Server | Socket | undefined, peer: string): string | undefined {
    return target === undefined ? undefined : this.keys.get(target)?.get(peer);
  }

  setMd5Key(target: Server | Socket, peer: string, key: Uint8Array): void {
    const keys = this.keys.get(target) ?? new Map<string, string>();
    if (!keys.has(peer) && keys.size >= this.room) {
      throw new KernelError(`setsockopt TCP_MD5SIG for ${peer}`, ENOMEM, "raise net.core.optmem_max");
    }
    keys.set(peer, Buffer.from(key).toString());
    this.keys.set(target, keys);
  }

  removeMd5Key(target: Server | Socket, peer: string): boolean {
    return this.keys.get(target)?.delete(peer) ?? false;
  }

  replaceMd5Key(target: Socket, peer: string, key: Uint8Array): boolean {
    if (!this.removeMd5Key(target, peer)) return false;
    this.setMd5Key(target, peer, key);
    return true;
  }

  capture(options: SynCaptureOptions): ReturnType<Md5Kernel["capture"]> {
    if (this.captureError !== undefined) throw this.captureError;
    this.captures += 1;
    this.capturing = options;
    let delivered = 0;
    this.capturing = {
      ...options,
      onSyn: (syn) => {
        delivered += 1;
        options.onSyn(syn);
      },
    };
    return {
      statistics: () => ({ delivered, dropped: this.dropped, malformed: 0, errors: 0 }),
      close: () => {
        this.capturing = undefined;
      },
    };
  }

  /** A signed SYN arrives. */
  syn(sourceAddress: string, sourcePort = 40_000): void {
    const syn: CapturedSyn = {
      sourceAddress,
      sourcePort,
      destinationAddress: sourceAddress.includes(":") ? "2001:db8::ffff" : "192.0.2.254",
      destinationPort: 179,
      hasMd5: true,
      interfaceName: "eth0",
    };
    this.capturing?.onSyn(syn);
  }

  /** The interface goes down. */
  interfaceDown(): void {
    this.capturing?.onError(
      new KernelError("recvfrom on eth0", ENETDOWN, "SYNs are not seen while it is down"),
    );
  }
}
