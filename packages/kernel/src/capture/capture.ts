/** Sees the SYNs that arrive at this host before TCP judges them: a packet socket with a filter in the kernel. */
import { capabilityRemedy } from "../capabilities.ts";
import { closeDescriptor } from "../descriptor.ts";
import { KernelArgumentError, KernelError } from "../error.ts";
import { checked, libc } from "../ffi/libc.ts";
import { Readiness } from "../ffi/readiness.ts";
import { AF_PACKET, linkAddress, linkInterface, SOCKADDR_LL_LENGTH } from "../socket/address.ts";
import { getOption, setIntOption, setOption, SOL_PACKET, SOL_SOCKET } from "../socket/option.ts";
import { interfaceName, MAX_INTERFACE_NAME } from "../socket/settings.ts";
import { encodeProgram } from "./bpf.ts";
import { SNAPSHOT_LENGTH, synFilter } from "./filter.ts";
import { parseSyn, type Syn } from "./syn.ts";

/** SYNs handed over in one turn of the event loop and family; the rest waits for the next turn. */
export const MAX_SYNS_PER_TURN = 64;
/** Octets that wait in the kernel for one family, with its own overhead: some hundred SYNs. Past it they are dropped. */
export const CAPTURE_BUFFER_BYTES = 256 * 1024;

const SOCK_DGRAM_NONBLOCK_CLOEXEC = 0o2004002;
const ETHER_TYPES = { 4: 0x0800, 6: 0x86dd } as const;
const SO_RCVBUF = { level: SOL_SOCKET, option: 8, name: "SO_RCVBUF" };
const SO_ATTACH_FILTER = { level: SOL_SOCKET, option: 26, name: "SO_ATTACH_FILTER" };
const PACKET_STATISTICS = { level: SOL_PACKET, option: 6, name: "PACKET_STATISTICS" };
const EAGAIN = 11;
const EINTR = 4;

/** A SYN, and the interface it came in by: its name, or its index after it is gone. */
export interface CapturedSyn extends Syn {
  readonly interfaceName: string;
}

export interface SynCaptureOptions {
  /** TCP ports of this host, 1 to 64 of them. */
  readonly ports: readonly number[];
  /** One interface; without it all, loopback too. */
  readonly interface?: string | undefined;
  /** Without the SYNs that carry no MD5 option; they never leave the kernel then. Default true. */
  readonly md5Only?: boolean | undefined;
  /** Called for each SYN, retransmitted ones too, in their order by family. What it throws reaches the process as uncaught. */
  readonly onSyn: (syn: CapturedSyn) => void;
  /** The interface went down (the capture goes on when it is up again) or the socket failed. */
  readonly onError: (error: KernelError) => void;
}

export interface CaptureStatistics {
  /** SYNs given to `onSyn`. */
  readonly delivered: number;
  /** SYNs that found the kernel's buffer full, because the process was busy. */
  readonly dropped: number;
  /** Packets that passed the filter and were cut off or no SYN. */
  readonly malformed: number;
  /** Failures of the socket, given to `onError`. */
  readonly errors: number;
}

/**
 * Captures from its making until {@link SynCapture.close}. It waits in the event loop and costs nothing while
 * no such SYN comes. Only packets addressed to this host count, each once, also those that a firewall
 * drops later. The packets are those of the network namespace of the process. Needs CAP_NET_RAW.
 */
export class SynCapture {
  readonly #options: SynCaptureOptions;
  readonly #sockets: PacketSocket[] = [];
  #delivered = 0;
  #malformed = 0;
  #errors = 0;
  #dropped = 0;

  constructor(options: SynCaptureOptions) {
    this.#options = options;
    const index = options.interface === undefined ? 0 : interfaceIndex(options.interface);
    try {
      for (const version of [4, 6] as const) {
        const fd = openPacketSocket(version, index, options);
        const read = (): void => this.#read(fd);
        try {
          this.#sockets.push({ fd, readiness: new Readiness(fd, "readable", read) });
        } catch (error) {
          closeDescriptor(fd);
          throw error;
        }
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  statistics(): CaptureStatistics {
    for (const { fd } of this.#sockets) this.#dropped += takeDrops(fd);
    return {
      delivered: this.#delivered,
      dropped: this.#dropped,
      malformed: this.#malformed,
      errors: this.#errors,
    };
  }

  /** Whether the capture alone keeps the process alive; it does until told otherwise. */
  keepAlive(value: boolean): void {
    for (const { readiness } of this.#sockets) readiness.keepAlive(value);
  }

  /** No SYN is delivered after this returns. */
  close(): void {
    for (const { fd, readiness } of this.#sockets.splice(0)) {
      readiness.close();
      this.#dropped += takeDrops(fd);
      closeDescriptor(fd);
    }
  }

  #read(fd: number): void {
    const packet = new Uint8Array(SNAPSHOT_LENGTH);
    const address = new Uint8Array(SOCKADDR_LL_LENGTH);
    const addressLength = new Uint8Array(4);
    for (let count = 0; count < MAX_SYNS_PER_TURN && this.#isOpen(fd); count += 1) {
      addressLength[0] = SOCKADDR_LL_LENGTH;
      const length = libc().recvfrom(fd, packet, packet.length, 0, address, addressLength);
      if (length < 0) {
        const errno = libc().errno();
        if (errno !== EAGAIN && errno !== EINTR) this.#fail(errno);
        return;
      }
      this.#deliver(packet.subarray(0, length), linkInterface(address));
    }
  }

  #deliver(packet: Uint8Array, index: number): void {
    const syn = parseSyn(packet);
    if (syn === undefined || (!syn.hasMd5 && this.#options.md5Only !== false)) {
      this.#malformed += 1;
      return;
    }
    this.#delivered += 1;
    this.#options.onSyn({ ...syn, interfaceName: nameOfInterface(index) });
  }

  #fail(errno: number): void {
    this.#errors += 1;
    const where = this.#options.interface ?? "all interfaces";
    this.#options.onError(
      new KernelError(`recvfrom on ${where}`, errno, "SYNs with an MD5 option are not seen while it is down"),
    );
  }

  /** `onSyn` may close the capture. */
  #isOpen(fd: number): boolean {
    return this.#sockets.some((socket) => socket.fd === fd);
  }
}

interface PacketSocket {
  readonly fd: number;
  readonly readiness: Readiness;
}

/** No protocol until the filter is there, so that no other packet ever waits in the socket. */
function openPacketSocket(version: 4 | 6, index: number, options: SynCaptureOptions): number {
  const program = encodeProgram(
    synFilter({ version, ports: options.ports, requireMd5: options.md5Only !== false }),
  );
  const fd = checked(libc().socket(AF_PACKET, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0), "socket AF_PACKET", {
    EPERM: capabilityRemedy("CAP_NET_RAW"),
    EAFNOSUPPORT: "the unit's RestrictAddressFamilies= lacks AF_PACKET, or the kernel lacks CONFIG_PACKET",
  });
  try {
    attachFilter(fd, program);
    setIntOption(fd, SO_RCVBUF, CAPTURE_BUFFER_BYTES);
    const address = linkAddress(ETHER_TYPES[version], index);
    checked(
      libc().bind(fd, address, address.length),
      `bind AF_PACKET to ${options.interface ?? "all interfaces"}`,
    );
    return fd;
  } catch (error) {
    closeDescriptor(fd);
    throw error;
  }
}

/** `struct sock_fprog`: the number of instructions, and where they are. */
function attachFilter(fd: number, program: Uint8Array): void {
  const fprog = new Uint8Array(16);
  const view = new DataView(fprog.buffer);
  view.setUint16(0, program.length / 8, true);
  view.setBigUint64(8, libc().address(program), true);
  setOption(fd, SO_ATTACH_FILTER, fprog, {
    ENOMEM: "the filter does not fit into net.core.optmem_max; raise it (sysctl) or watch fewer ports",
  });
}

/** `struct tpacket_stats`; reading it begins anew at zero. */
function takeDrops(fd: number): number {
  const value = getOption(fd, PACKET_STATISTICS, 8);
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(4, true);
}

function interfaceIndex(name: string): number {
  interfaceName(name);
  const index = libc().if_nametoindex(name);
  if (index > 0) return index;
  throw new KernelArgumentError(
    `there is no interface "${name}" to capture on; ip link shows those there are`,
  );
}

/** Asked each time: an interface can be renamed, and its index used again. */
function nameOfInterface(index: number): string {
  const name = new Uint8Array(MAX_INTERFACE_NAME);
  if (!libc().if_indextoname(index, name)) return `#${index}`;
  return new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
}
