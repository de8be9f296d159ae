/**
 * The filter that runs in the kernel for each IP packet of the host: it lets pass the first segments of
 * connections to the given ports that carry the TCP MD5 option, so that nothing else ever wakes the process.
 * Packets start at the IP header (a cooked socket).
 */
import { KernelArgumentError } from "../error.ts";
import { BPF, BpfAssembler, type BpfInstruction, PACKET_TYPE_OFFSET } from "./bpf.ts";

/** Ports that one capture watches. */
export const MAX_CAPTURE_PORTS = 64;
/** Octets of a packet that reach the process: IPv6 with extension headers, and TCP with its options. */
export const SNAPSHOT_LENGTH = 512;
/** Extension headers of IPv6 that are walked; a packet with more is not for us. */
export const MAX_EXTENSION_HEADERS = 4;

export const PROTOCOL_TCP = 6;
/** Extension headers whose second octet is their length in 8 octets, without the first 8. */
export const EXTENSION_HEADERS: readonly number[] = [0, 43, 60];

export const TCP_HEADER_LENGTH = 20;
export const TCP_MD5_OPTION = 19;
export const TCP_MD5_OPTION_LENGTH = 18;
/** Of FIN, SYN, RST and ACK, SYN alone. */
export const SYN_MASK = 0x17;
export const SYN_ONLY = 0x02;

const PACKET_HOST = 0;
/** Options of one octet that fit before an MD5 option. */
const OPTION_STEPS = 40 - TCP_MD5_OPTION_LENGTH + 1;
/** Scratch memory: the next header of IPv6, and the last place where an MD5 option fits in the TCP header. */
const NEXT_HEADER = 0;
const LAST_OPTION = 1;

export interface FilterOptions {
  /** IP version of the packets: the socket's EtherType says it. */
  readonly version: 4 | 6;
  readonly ports: readonly number[];
  /** Without it, SYNs pass that do not carry the MD5 option too. */
  readonly requireMd5: boolean;
}

/** Throws for a port or a number of ports that can't be. */
export function synFilter({ version, ports, requireMd5 }: FilterOptions): BpfInstruction[] {
  requirePorts(ports);
  const program = new BpfAssembler();
  program.op(BPF.loadHalf, PACKET_TYPE_OFFSET).branch(BPF.jumpEqual, PACKET_HOST, { no: "not for us" });
  if (version === 4) ipv4Header(program);
  else ipv6Headers(program);
  // X is where TCP begins.
  program.op(BPF.loadByteAtX, 13).op(BPF.and, SYN_MASK);
  program.branch(BPF.jumpEqual, SYN_ONLY, { no: "no SYN" });
  program.op(BPF.loadHalfAtX, 2);
  for (const port of ports) program.branch(BPF.jumpEqual, port, { yes: "port" });
  program.label("no SYN").op(BPF.return, 0).label("port");
  if (requireMd5) md5Option(program);
  program.op(BPF.return, SNAPSHOT_LENGTH);
  return program.assemble();
}

function ipv4Header(program: BpfAssembler): void {
  program.op(BPF.loadByte, 0).op(BPF.shiftRight, 4).branch(BPF.jumpEqual, 4, { no: "not for us" });
  program.op(BPF.loadByte, 0).op(BPF.and, 15).branch(BPF.jumpGreaterOrEqual, 5, { no: "not for us" });
  program.op(BPF.loadByte, 9).branch(BPF.jumpEqual, PROTOCOL_TCP, { no: "not for us" });
  // Of a fragmented packet, the first fragment alone has the TCP header.
  program.op(BPF.loadHalf, 6).op(BPF.and, 0x1fff).branch(BPF.jumpEqual, 0, { no: "not for us" });
  program.op(BPF.loadXHeaderLength, 0).jump("TCP").label("not for us").op(BPF.return, 0).label("TCP");
}

function ipv6Headers(program: BpfAssembler): void {
  program.op(BPF.loadByte, 0).op(BPF.shiftRight, 4).branch(BPF.jumpEqual, 6, { no: "not for us" });
  program.op(BPF.loadXImmediate, 40).op(BPF.loadByte, 6).jump("header 0");
  program.label("not for us").op(BPF.return, 0);
  for (let step = 0; step < MAX_EXTENSION_HEADERS; step += 1) {
    program.label(`header ${step}`).branch(BPF.jumpEqual, PROTOCOL_TCP, { yes: `TCP ${step}` });
    for (const header of EXTENSION_HEADERS) {
      program.branch(BPF.jumpEqual, header, { yes: `extension ${step}` });
    }
    program.op(BPF.return, 0).label(`TCP ${step}`).jump("TCP").label(`extension ${step}`);
    program.op(BPF.loadByteAtX, 0).op(BPF.storeMemory, NEXT_HEADER);
    program.op(BPF.loadByteAtX, 1).op(BPF.add, 1).op(BPF.shiftLeft, 3).op(BPF.addX).op(BPF.moveToX);
    program.op(BPF.loadMemory, NEXT_HEADER);
  }
  program.branch(BPF.jumpEqual, PROTOCOL_TCP, { yes: "TCP" }).op(BPF.return, 0).label("TCP");
}

/** Walks the options. BPF has no loops: the steps stand one after the other. */
function md5Option(program: BpfAssembler): void {
  program.op(BPF.loadByteAtX, 12).op(BPF.shiftRight, 4).op(BPF.shiftLeft, 2).op(BPF.addX);
  program.op(BPF.subtract, TCP_MD5_OPTION_LENGTH).op(BPF.storeMemory, LAST_OPTION);
  program.op(BPF.moveToA).op(BPF.add, TCP_HEADER_LENGTH).op(BPF.moveToX);
  for (let step = 0; step < OPTION_STEPS; step += 1) {
    program.op(BPF.loadMemory, LAST_OPTION).branch(BPF.jumpGreaterOrEqualX, 0, { no: `end ${step}` });
    program.op(BPF.loadByteAtX, 0);
    program.branch(BPF.jumpEqual, TCP_MD5_OPTION, { yes: `MD5 ${step}` });
    program.branch(BPF.jumpEqual, 0, { yes: `end ${step}` });
    program.branch(BPF.jumpEqual, 1, { no: `long ${step}` });
    program.op(BPF.moveToA).op(BPF.add, 1).op(BPF.moveToX).jump(`next ${step}`);
    program.label(`long ${step}`).op(BPF.loadByteAtX, 1);
    program.branch(BPF.jumpGreaterOrEqual, 2, { no: `end ${step}` });
    program.op(BPF.addX).op(BPF.moveToX).jump(`next ${step}`);
    program.label(`MD5 ${step}`).op(BPF.loadByteAtX, 1);
    program.branch(BPF.jumpEqual, TCP_MD5_OPTION_LENGTH, { no: `end ${step}` }).jump("pass");
    program.label(`end ${step}`).op(BPF.return, 0).label(`next ${step}`);
  }
  program.op(BPF.return, 0).label("pass");
}

function requirePorts(ports: readonly number[]): void {
  if (ports.length === 0 || ports.length > MAX_CAPTURE_PORTS) {
    throw new KernelArgumentError(`a capture watches 1 to ${MAX_CAPTURE_PORTS} ports, not ${ports.length}`);
  }
  const wrong = ports.find((port) => !Number.isInteger(port) || port < 1 || port > 65_535);
  if (wrong !== undefined) throw new KernelArgumentError(`${wrong} is no TCP port`);
}
