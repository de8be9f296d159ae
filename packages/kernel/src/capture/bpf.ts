/** Classic BPF (bpf(4), Linux's filter.rst): a small assembler with labels. */
import { KernelArgumentError } from "../error.ts";

/** `struct sock_filter`: code, jump if true, jump if false, operand. */
export interface BpfInstruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** BPF_MAXINSNS */
export const MAX_BPF_INSTRUCTIONS = 4096;
/** Octets of a sock_filter. */
export const BPF_INSTRUCTION_LENGTH = 8;

/** The instructions that filters here use; A is the accumulator, X the index register, M scratch memory. */
export const BPF = {
  loadHalf: 0x28,
  loadByte: 0x30,
  loadHalfAtX: 0x48,
  loadByteAtX: 0x50,
  loadMemory: 0x60,
  loadXImmediate: 0x01,
  /** X = 4 * (octet & 15): the length of an IPv4 header. */
  loadXHeaderLength: 0xb1,
  storeMemory: 0x02,
  add: 0x04,
  addX: 0x0c,
  subtract: 0x14,
  and: 0x54,
  shiftLeft: 0x64,
  shiftRight: 0x74,
  jump: 0x05,
  jumpEqual: 0x15,
  jumpGreaterOrEqual: 0x35,
  jumpGreaterOrEqualX: 0x3d,
  return: 0x06,
  moveToX: 0x07,
  moveToA: 0x87,
} as const;

/** SKF_AD_OFF + SKF_AD_PKTTYPE: for whom the packet is, not an octet of it. */
export const PACKET_TYPE_OFFSET = 0xfffff004;

interface Pending {
  readonly code: number;
  readonly k: number;
  readonly ifTrue?: string;
  readonly ifFalse?: string;
  readonly target?: string;
}

export class BpfAssembler {
  readonly #pending: Pending[] = [];
  readonly #labels = new Map<string, number>();

  op(code: number, k = 0): this {
    this.#pending.push({ code, k });
    return this;
  }

  /** Without a label, the next instruction is meant. */
  branch(code: number, k: number, { yes, no }: { readonly yes?: string; readonly no?: string }): this {
    this.#pending.push({
      code,
      k,
      ...(yes === undefined ? {} : { ifTrue: yes }),
      ...(no === undefined ? {} : { ifFalse: no }),
    });
    return this;
  }

  jump(target: string): this {
    this.#pending.push({ code: BPF.jump, k: 0, target });
    return this;
  }

  label(name: string): this {
    this.#labels.set(name, this.#pending.length);
    return this;
  }

  assemble(): BpfInstruction[] {
    if (this.#pending.length > MAX_BPF_INSTRUCTIONS) {
      throw new KernelArgumentError(
        `the filter has ${this.#pending.length} instructions, the kernel takes ${MAX_BPF_INSTRUCTIONS}`,
      );
    }
    return this.#pending.map((each, index) => ({
      code: each.code,
      jt: this.#near(each.ifTrue, index),
      jf: this.#near(each.ifFalse, index),
      k: each.target === undefined ? each.k : this.#distance(each.target, index),
    }));
  }

  /** A branch reaches 255 instructions, a jump any. */
  #near(label: string | undefined, from: number): number {
    if (label === undefined) return 0;
    const distance = this.#distance(label, from);
    if (distance > 255) throw new RangeError(`BPF label ${label} is ${distance} instructions away`);
    return distance;
  }

  #distance(label: string, from: number): number {
    const at = this.#labels.get(label);
    if (at === undefined || at <= from) throw new RangeError(`BPF label ${label} is not ahead`);
    return at - from - 1;
  }
}

/** An array of `struct sock_filter`. */
export function encodeProgram(program: readonly BpfInstruction[]): Uint8Array {
  const octets = new Uint8Array(program.length * BPF_INSTRUCTION_LENGTH);
  const view = new DataView(octets.buffer);
  for (const [index, { code, jt, jf, k }] of program.entries()) {
    const at = index * BPF_INSTRUCTION_LENGTH;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, jt);
    view.setUint8(at + 3, jf);
    view.setUint32(at + 4, k, true);
  }
  return octets;
}
