/**
 * How fast the RIB's fast path (UpdateScanner) and the full decoder read UPDATEs, on one core.
 *
 *     node bench/scan.ts [--updates N] [--seconds N]
 */
import { parseArgs } from "node:util";
import {
  type Attribute,
  type CodecContext,
  codecContext,
  decodeNlri,
  encodeMessage,
  encodeNlri,
  IPV4_UNICAST,
  IPV4_VPN,
  IPV6_UNICAST,
  L2VPN_EVPN,
  labelField,
  MessageDecoder,
  messageEnd,
  type Nlri,
  parseAddress,
  type PrefixNlri,
  prefixOf,
  splitAs4,
  type UpdateMessage,
  UpdateScanner,
} from "@netferry/bgp";

const { values } = parseArgs({
  options: {
    updates: { type: "string", default: "20000" },
    seconds: { type: "string", default: "2" },
  },
});
const updateCount = Number(values.updates);
const seconds = Number(values.seconds);

interface Workload {
  readonly name: string;
  readonly context: CodecContext;
  readonly run: Uint8Array;
  readonly updates: number;
  readonly routes: number;
}

/** The same numbers in every run: xorshift32 from a fixed seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const V4_NEXT_HOP = parseAddress("192.0.2.1") ?? new Uint8Array(4);
const V6_NEXT_HOP = parseAddress("2001:db8::1") ?? new Uint8Array(16);

function pathAttributes(random: (below: number) => number): Attribute[] {
  const asns = Array.from({ length: 2 + random(5) }, () => 1 + random(400_000));
  const communities = Array.from({ length: random(6) }, () => random(0x7fff_ffff));
  const attributes: Attribute[] = [
    { type: "origin", origin: "igp" },
    { type: "as-path", segments: [{ type: "sequence", asns }] },
  ];
  if (random(3) === 0) attributes.push({ type: "multi-exit-disc", value: random(1000) });
  attributes.push({ type: "local-pref", value: 100 });
  if (communities.length > 0) attributes.push({ type: "communities", values: communities });
  return attributes;
}

function prefix(random: (below: number) => number, octets: 4 | 16): Nlri {
  const address = Uint8Array.from({ length: octets }, () => random(256));
  address[0] = octets === 4 ? 1 + random(223) : 0x20;
  const bits = octets === 4 ? 16 + random(9) : 32 + random(17);
  return { bytes: prefixOf(address, bits)?.nlri ?? new Uint8Array(1) };
}

const VPN_NEXT_HOP = Uint8Array.from([...new Uint8Array(8), ...V4_NEXT_HOP]);

/** A labelled prefix of one of a thousand VPNs, or a host's MAC and IP address in one. */
function vpnRoute(kind: string, random: (below: number) => number): Nlri {
  const rd = Uint8Array.of(0, 0, 0xfd, 0xe8, 0, 0, random(4), random(256));
  const { prefix: ip } = decodeUnicast(prefix(random, 4).bytes);
  const label = labelField(16 + random(1_000_000), true);
  if (kind === "vpn") {
    return { bytes: encodeNlri(IPV4_VPN, { kind: "vpn", labels: [label], rd, prefix: ip }) };
  }
  const mac = Uint8Array.from({ length: 6 }, () => random(256));
  const route = { kind: "evpn", routeType: "mac-ip", rd, esi: new Uint8Array(10), ethernetTag: 0 } as const;
  return { bytes: encodeNlri(L2VPN_EVPN, { ...route, mac, ip: ip.address, label }) };
}

function decodeUnicast(bytes: Uint8Array): PrefixNlri {
  const value = decodeNlri(IPV4_UNICAST, bytes);
  if (value?.kind !== "prefix") throw new Error("no prefix");
  return value;
}

function makeUpdate(kind: string, routes: number, random: (below: number) => number): UpdateMessage {
  const count = routes === 1 ? 1 : 1 + random(2 * routes - 1);
  if (kind === "vpn" || kind === "evpn") {
    const family = kind === "vpn" ? IPV4_VPN : L2VPN_EVPN;
    const nextHop = kind === "vpn" ? VPN_NEXT_HOP : V4_NEXT_HOP;
    const nlri = Array.from({ length: count }, () => vpnRoute(kind, random));
    const attributes: Attribute[] = [{ type: "mp-reach", family, nextHop, nlri }, ...pathAttributes(random)];
    return { type: "update", withdrawn: [], attributes, nlri: [] };
  }
  const nlri = Array.from({ length: count }, () => prefix(random, kind === "ipv6" ? 16 : 4));
  if (kind === "withdrawals") return { type: "update", withdrawn: nlri, attributes: [], nlri: [] };
  const attributes = pathAttributes(random);
  if (kind === "ipv6") {
    attributes.unshift({ type: "mp-reach", family: IPV6_UNICAST, nextHop: V6_NEXT_HOP, nlri });
    return { type: "update", withdrawn: [], attributes, nlri: [] };
  }
  attributes.splice(2, 0, { type: "next-hop", address: V4_NEXT_HOP });
  return { type: "update", withdrawn: [], attributes, nlri };
}

function workload(name: string, kind: string, routes: number, fourOctetAs = true): Workload {
  const random = randomNumbers(0x9e3779b9);
  const context = codecContext({ fourOctetAs });
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (let i = 0; i < updateCount; i++) {
    const made = makeUpdate(kind, routes, random);
    const update = fourOctetAs ? made : { ...made, attributes: splitAs4(made.attributes) };
    const reach = update.attributes.find((attribute) => attribute.type === "mp-reach");
    total += update.withdrawn.length + update.nlri.length + (reach?.nlri.length ?? 0);
    chunks.push(encodeMessage(update, context));
  }
  const run = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    run.set(chunk, at);
    at += chunk.length;
  }
  return { name, context, run, updates: updateCount, routes: total };
}

/** Routes found, so that the work can't be left out and is the work that was meant. */
function scanAll(scanner: UpdateScanner, run: Uint8Array): number {
  let routes = 0;
  for (let at = 0; at < run.length;) {
    const end = messageEnd(run, at);
    scanner.scan(run, at, end);
    for (let i = 0; i < scanner.withdrawnCount; i++) routes += scanner.withdrawn[i]?.routes ?? 0;
    for (let i = 0; i < scanner.announcedCount; i++) routes += scanner.announced[i]?.routes ?? 0;
    at = end;
  }
  return routes;
}

function decodeAll(decoder: MessageDecoder, run: Uint8Array): number {
  let routes = 0;
  for (let at = 0; at < run.length;) {
    const end = messageEnd(run, at);
    const decoded = decoder.decode(run.subarray(at, end));
    if (decoded.ok && decoded.message.type === "update") {
      routes += decoded.message.withdrawn.length + decoded.message.nlri.length;
      for (const attribute of decoded.message.attributes) {
        if (attribute.type === "mp-reach") routes += attribute.nlri.length;
      }
    }
    at = end;
  }
  return routes;
}

/** Seconds for one pass, the least of as many as fit the time. */
function fastestPass(pass: () => number, expectedRoutes: number): number {
  let fastest = Infinity;
  const until = performance.now() + 1000 * seconds;
  do {
    const start = performance.now();
    const routes = pass();
    fastest = Math.min(fastest, performance.now() - start);
    if (routes !== expectedRoutes) throw new Error(`${routes} routes read, ${expectedRoutes} were written`);
  } while (performance.now() < until);
  return fastest / 1000;
}

const workloads = [
  workload("IPv4, 1 route an update", "ipv4", 1),
  workload("IPv4, 5 routes an update", "ipv4", 5),
  workload("IPv6, 1 route an update", "ipv6", 1),
  workload("IPv6, 5 routes an update", "ipv6", 5),
  workload("withdrawals, 5 an update", "withdrawals", 5),
  workload("IPv4, 5 routes, two-octet AS", "ipv4", 5, false),
  workload("VPNv4, 5 routes an update", "vpn", 5),
  workload("EVPN, 5 routes an update", "evpn", 5),
];

const results = [];
for (const { name, context, run, updates, routes } of workloads) {
  const scanner = new UpdateScanner(context);
  const decoder = new MessageDecoder(context);
  const scan = fastestPass(() => scanAll(scanner, run), routes);
  const decode = fastestPass(() => decodeAll(decoder, run), routes);
  results.push({
    workload: name,
    "octets/update": Math.round(run.length / updates),
    "scan k updates/s": Math.round(updates / scan / 1000),
    "scan k routes/s": Math.round(routes / scan / 1000),
    "scan MB/s": Math.round(run.length / scan / 1e6),
    "decode k updates/s": Math.round(updates / decode / 1000),
    "decode k routes/s": Math.round(routes / decode / 1000),
  });
}
console.table(results);
