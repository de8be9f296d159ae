import assert from "node:assert/strict";
import { it } from "node:test";

import fc from "fast-check";

import { KernelArgumentError } from "../error.ts";
import { runBpf } from "../testing/bpf-machine.ts";
import { ipv4Packet, ipv6Packet, MD5_OPTION, tcpHeader, type TcpParts } from "../testing/packets.ts";
import { MAX_BPF_INSTRUCTIONS } from "./bpf.ts";
import { MAX_CAPTURE_PORTS, SNAPSHOT_LENGTH, synFilter } from "./filter.ts";
import { parseSyn } from "./syn.ts";

const PORTS = [179, 1179];
const filters = {
  4: synFilter({ version: 4, ports: PORTS, requireMd5: true }),
  6: synFilter({ version: 6, ports: PORTS, requireMd5: true }),
};

function passes(packet: Uint8Array, version: 4 | 6, packetType = 0): boolean {
  const result = runBpf(filters[version], packet, packetType);
  assert.ok(result === 0 || result === SNAPSHOT_LENGTH);
  return result !== 0;
}

function both(parts: TcpParts): boolean[] {
  return [passes(ipv4Packet(tcpHeader(parts)), 4), passes(ipv6Packet(tcpHeader(parts)), 6)];
}

const nops = (count: number): number[] => Array.from({ length: count }, () => 1);

it("a SYN with the option passes, wherever in the header the option stands", () => {
  for (let before = 0; before <= 22; before += 1) {
    const options = Uint8Array.of(...nops(before), ...MD5_OPTION);
    assert.deepEqual(both({ options }), [true, true], `${before} octets before`);
  }
  const usual = Uint8Array.of(2, 4, 5, 0xb4, 4, 2, 8, 10, ...nops(8), ...MD5_OPTION);
  assert.deepEqual(both({ options: usual, destinationPort: 1179 }), [true, true]);
  const packet = ipv4Packet(tcpHeader({ options: usual }), Uint8Array.of(...nops(40)));
  assert.equal(passes(packet, 4), true);
  for (const extensions of [[0], [60, 43], [0, 60, 43, 60]]) {
    assert.equal(passes(ipv6Packet(tcpHeader({ options: MD5_OPTION }), extensions), 6), true);
  }
});

it("nothing else passes", () => {
  const options = MD5_OPTION;
  const none: [string, TcpParts][] = [
    ["no options", {}],
    ["another port", { options, destinationPort: 180 }],
    ["the port as source", { options, destinationPort: 40_000, sourcePort: 179 }],
    ["SYN and ACK", { options, flags: 0x12 }],
    ["ACK", { options, flags: 0x10 }],
    ["RST", { options, flags: 0x04 }],
    ["SYN and FIN", { options, flags: 0x03 }],
    ["after the end of options", { options: Uint8Array.of(0, 1, ...options) }],
    ["inside another option", { options: Uint8Array.of(30, 20, ...options) }],
    ["a wrong length", { options: Uint8Array.of(19, 16, ...new Uint8Array(14)) }],
    ["an option of length 0", { options: Uint8Array.of(5, 0, ...options) }],
    ["an option of length 1", { options: Uint8Array.of(5, 1, ...options) }],
    ["cut off by the header's end", { options: Uint8Array.of(...nops(4), 19, 18, ...new Uint8Array(10)) }],
  ];
  for (const [what, parts] of none) assert.deepEqual(both(parts), [false, false], what);
  const packet = ipv4Packet(tcpHeader({ options }));
  for (const packetType of [1, 2, 3, 4]) assert.equal(passes(packet, 4, packetType), false);
  assert.equal(passes(packet, 6), false);
  assert.equal(passes(packet.with(9, 17), 4), false, "UDP");
  assert.equal(passes(packet.with(7, 1), 4), false, "a later fragment");
  assert.equal(passes(packet.with(0, 0x44), 4), false, "a header of 16 octets");
  assert.equal(passes(ipv6Packet(tcpHeader({ options }), [0, 0, 0, 0, 0]), 6), false);
  assert.equal(passes(ipv6Packet(tcpHeader({ options }), [44]), 6), false, "a fragment");
});

it("without md5Only any SYN to the ports passes", () => {
  const filter = synFilter({ version: 4, ports: PORTS, requireMd5: false });
  assert.equal(runBpf(filter, ipv4Packet(tcpHeader()), 0), SNAPSHOT_LENGTH);
  assert.equal(runBpf(filter, ipv4Packet(tcpHeader({ destinationPort: 80 })), 0), 0);
});

it("the filter and the parser agree on any packet, and neither throws", () => {
  const option = fc.oneof(
    fc.constantFrom(MD5_OPTION, MD5_OPTION, Uint8Array.of(1), Uint8Array.of(0), Uint8Array.of(2, 4, 5, 0xb4)),
    fc.uint8Array({ maxLength: 6 }),
  );
  const header = fc
    .record({
      options: fc.array(option, { maxLength: 6 }).map((parts) => Buffer.concat(parts).subarray(0, 40)),
      destinationPort: fc.constantFrom(179, 179, 1179, 80),
      flags: fc.constantFrom(0x02, 0x02, 0x42, 0xc2, 0x12, 0x04),
    })
    .map((parts) => tcpHeader(parts));
  const whole = fc.oneof(
    fc
      .tuple(header, fc.constantFrom(0, 4, 40))
      .map(([tcp, size]) => ipv4Packet(tcp, new Uint8Array(size).fill(1))),
    fc
      .tuple(header, fc.array(fc.constantFrom(0, 43, 60, 44, 6), { maxLength: 5 }))
      .map(([tcp, extensions]) => ipv6Packet(tcp, extensions)),
  );
  const damaged = fc
    .tuple(whole, fc.array(fc.tuple(fc.nat(99), fc.nat(255)), { maxLength: 3 }), fc.nat(120))
    .map(([packet, changes, cut]) => {
      const copy = packet.slice(0, Math.max(packet.length - Math.max(cut - 60, 0), 0));
      for (const [at, octet] of changes) if (at < copy.length) copy[at] = octet;
      return copy;
    });
  let agreed = 0;
  fc.assert(
    fc.property(fc.oneof(whole, whole, damaged, fc.uint8Array({ maxLength: 120 })), (packet) => {
      const version = (packet[0] ?? 0) >> 4 === 6 ? 6 : 4;
      const syn = parseSyn(packet);
      const wanted = syn !== undefined && syn.hasMd5 && PORTS.includes(syn.destinationPort);
      const passed = passes(packet, version);
      // A packet that ends before its TCP header does is for the parser to find.
      if (wanted) assert.equal(passed, true);
      else if (passed) assert.equal(syn, undefined);
      if (wanted) agreed += 1;
    }),
    { numRuns: 4000 },
  );
  assert.ok(agreed > 100, `${agreed} SYNs of interest`);
});

it("what the parser says of a SYN is what stands in it", () => {
  const tcp = tcpHeader({ sourcePort: 50_123, options: MD5_OPTION });
  const ports = { sourcePort: 50_123, destinationPort: 179, hasMd5: true };
  assert.deepEqual(parseSyn(ipv4Packet(tcp)), {
    sourceAddress: "192.0.2.1",
    destinationAddress: "192.0.2.2",
    ...ports,
  });
  assert.deepEqual(parseSyn(ipv6Packet(tcp, [0, 60])), {
    sourceAddress: "2001:db8::1",
    destinationAddress: "2001:db8::2",
    ...ports,
  });
  assert.equal(parseSyn(ipv4Packet(tcpHeader()))?.hasMd5, false);
});

it("ports that can't be are refused, and as many as are allowed fit into a program", () => {
  for (const ports of [
    [],
    [0],
    [65_536],
    [1.5],
    Array.from({ length: MAX_CAPTURE_PORTS + 1 }, (_, i) => i + 1),
  ]) {
    assert.throws(() => synFilter({ version: 4, ports, requireMd5: true }), KernelArgumentError);
  }
  const ports = Array.from({ length: MAX_CAPTURE_PORTS }, (_, index) => 1000 + index);
  for (const version of [4, 6] as const) {
    const filter = synFilter({ version, ports, requireMd5: true });
    assert.ok(filter.length < MAX_BPF_INSTRUCTIONS);
    const packet = tcpHeader({ options: MD5_OPTION, destinationPort: 1000 + MAX_CAPTURE_PORTS - 1 });
    assert.equal(runBpf(filter, version === 4 ? ipv4Packet(packet) : ipv6Packet(packet), 0), SNAPSHOT_LENGTH);
  }
});
