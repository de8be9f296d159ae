/** Runs classic BPF as the kernel does, for the instructions that the filters use. */
import { BPF, type BpfInstruction, PACKET_TYPE_OFFSET } from "../capture/bpf.ts";

/** What the filter returns: octets of the packet to keep, 0 to drop it. A load past the end drops too. */
export function runBpf(program: readonly BpfInstruction[], packet: Uint8Array, packetType: number): number {
  const memory = new Uint32Array(16);
  let a = 0;
  let x = 0;
  for (let at = 0; ; at += 1) {
    const each = program[at];
    if (each === undefined) throw new RangeError(`the program runs past its end at ${at}`);
    const { code, k } = each;
    const jump = (taken: boolean): void => void (at += taken ? each.jt : each.jf);
    switch (code) {
      case BPF.loadHalf:
      case BPF.loadHalfAtX:
      case BPF.loadByte:
      case BPF.loadByteAtX: {
        if (code === BPF.loadHalf && k === PACKET_TYPE_OFFSET) {
          a = packetType;
          break;
        }
        const offset = code === BPF.loadHalfAtX || code === BPF.loadByteAtX ? x + k : k;
        const size = code === BPF.loadHalf || code === BPF.loadHalfAtX ? 2 : 1;
        if (offset + size > packet.length) return 0;
        a = size === 2 ? (packet[offset]! << 8) | packet[offset + 1]! : packet[offset]!;
        break;
      }
      case BPF.loadXHeaderLength:
        if (k >= packet.length) return 0;
        x = (packet[k]! & 15) * 4;
        break;
      case BPF.loadMemory:
        a = memory[k]!;
        break;
      case BPF.storeMemory:
        memory[k] = a;
        break;
      case BPF.loadXImmediate:
        x = k;
        break;
      case BPF.moveToX:
        x = a;
        break;
      case BPF.moveToA:
        a = x;
        break;
      case BPF.add:
        a = (a + k) >>> 0;
        break;
      case BPF.addX:
        a = (a + x) >>> 0;
        break;
      case BPF.subtract:
        a = (a - k) >>> 0;
        break;
      case BPF.and:
        a = (a & k) >>> 0;
        break;
      case BPF.shiftLeft:
        a = (a << k) >>> 0;
        break;
      case BPF.shiftRight:
        a >>>= k;
        break;
      case BPF.jump:
        at += k;
        break;
      case BPF.jumpEqual:
        jump(a === k);
        break;
      case BPF.jumpGreaterOrEqual:
        jump(a >= k);
        break;
      case BPF.jumpGreaterOrEqualX:
        jump(a >= x);
        break;
      case BPF.return:
        return k;
      default:
        throw new RangeError(`the machine has no instruction ${code}`);
    }
  }
}
