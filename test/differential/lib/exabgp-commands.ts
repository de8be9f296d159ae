import { formatAddress, formatIdentifier } from "@netferry/bgp";
import fc from "fast-check";

/** A command of ExaBGP's text language. */
export interface ExabgpCommand {
  /** `route ipv4 unicast`, `attribute med`, `flow ipv6`, `action redirect` ... */
  readonly kind: string;
  readonly text: string;
}

const MAX_UINT16 = 0xffff;
const MAX_UINT32 = 0xffffffff;
const MAX_LABEL = 0xfffff;
const uint8 = fc.integer({ min: 0, max: 0xff });
const uint16 = fc.integer({ min: 0, max: MAX_UINT16 });
const uint32 = fc.integer({ min: 0, max: MAX_UINT32 });
const address = (octets: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: octets, maxLength: octets });
const ipv4 = address(4).map(formatAddress);
const ipv6 = address(16).map(formatAddress);

function prefix(octets: number): fc.Arbitrary<string> {
  return fc.tuple(address(octets), fc.nat(8 * octets)).map(([bytes, length]) => {
    const masked = bytes.map((octet, index) => {
      const kept = Math.max(0, Math.min(8, length - 8 * index));
      return octet & (0xff << (8 - kept));
    });
    return `${formatAddress(masked)}/${length}`;
  });
}

const list = (one: fc.Arbitrary<string>, minLength = 1, maxLength = 4): fc.Arbitrary<string> =>
  fc.array(one, { minLength, maxLength }).map((all) => `[ ${all.join(" ")} ]`);
/** Each once, or the order would be another question. */
const distinct = (one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.uniqueArray(one, { minLength: 1, maxLength: 4 }).map((all) => `[ ${all.join(" ")} ]`);
const joined = (separator: string, ...parts: fc.Arbitrary<unknown>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((values) => values.map(String).join(separator));

const rd = fc.oneof(
  joined(":", uint16, uint32),
  joined(":", ipv4, uint16),
  joined(":", fc.integer({ min: MAX_UINT16 + 1, max: MAX_UINT32 }), uint16),
);
const labels = list(fc.integer({ min: 0, max: MAX_LABEL }).map(String), 1, 3);
const hex = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: 1, maxLength }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`);

const extendedCommunity = fc.oneof(
  joined(":", fc.constantFrom("target", "origin"), uint16, uint32),
  joined(":", fc.constantFrom("target", "origin"), ipv4, uint16),
  joined(":", fc.constantFrom("target", "origin"), uint16, ipv4),
  joined(
    ":",
    fc.constantFrom("target", "origin"),
    uint32.map((asn) => `${asn}L`),
    uint16,
  ),
  joined(
    ":",
    fc.constantFrom("target", "origin"),
    fc.integer({ min: MAX_UINT16 + 1, max: MAX_UINT32 }),
    uint16,
  ),
  joined(":", fc.constant("l2info"), uint8, uint8, uint16, uint16),
  joined(":", fc.constant("redirect"), uint16, uint32),
  joined(":", fc.constant("bandwidth"), uint16, uint32),
  fc.constant("redirect-to-nexthop"),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
);

const community = fc.oneof(
  joined(":", uint16, uint16),
  uint32.map(String),
  fc.constantFrom("no-export", "no-advertise", "no-export-subconfed", "no-peer", "blackhole"),
);
const asn = fc.oneof(uint16, uint32).map(String);
/** ExaBGP knows a sequence, and a set behind it. */
const asPath = fc
  .tuple(fc.array(asn, { maxLength: 6 }), fc.array(asn, { maxLength: 4 }))
  .map(([path, set]) => `[ ${path.join(" ")} ${set.length === 0 ? "" : `( ${set.join(" ")} ) `}]`);

/** The attributes that the text has a word for. */
const ATTRIBUTES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  origin: fc.constantFrom("igp", "egp", "incomplete"),
  "as-path": asPath,
  med: uint32.map(String),
  "local-preference": uint32.map(String),
  "atomic-aggregate": fc.constant(""),
  aggregator: joined(":", asn, ipv4).map((text) => `( ${text} )`),
  community: distinct(community),
  "large-community": distinct(joined(":", uint32, uint32, uint32)),
  "extended-community": distinct(extendedCommunity),
  "originator-id": uint32.map(formatIdentifier),
  "cluster-list": list(uint32.map(formatIdentifier)),
  aigp: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).map(String),
  "bgp-prefix-sid": fc.oneof(
    uint32.map((index) => `[ ${index} ]`),
    fc
      .tuple(uint32, fc.array(fc.tuple(fc.nat(0xffffff), fc.nat(0xffffff)), { minLength: 1, maxLength: 3 }))
      .map(
        ([index, all]) => `[ ${index}, [ ${all.map(([from, size]) => `( ${from},${size} )`).join(", ")} ] ]`,
      ),
  ),
  // Codes that nobody has (128 is ATTR_SET), of each kind of flags.
  attribute: fc
    .tuple(fc.integer({ min: 0x81, max: 0xfe }), fc.constantFrom("0x80", "0xc0", "0xe0"), hex(300))
    .map(([code, flags, value]) => `[ 0x${code.toString(16)} ${flags} ${value} ]`),
};

const words = (name: string, value: string): string => (value === "" ? name : `${name} ${value}`);

const flowNumbers = (max: number): fc.Arbitrary<string> => {
  const test = fc
    .tuple(fc.constantFrom("=", ">", "<", ">=", "<=", "!=", ""), fc.integer({ min: 0, max }))
    .map(([operator, number]) => `${operator}${number}`);
  return list(
    fc.array(test, { minLength: 1, maxLength: 2 }).map((tests) => tests.join("&")),
    1,
    3,
  );
};
const flowBits = (...names: string[]): fc.Arbitrary<string> =>
  list(
    joined(
      "",
      fc.constantFrom("", "=", "!", "!="),
      fc.subarray(names, { minLength: 1 }).map((set) => set.join("+")),
    ),
    1,
    3,
  );

const flowWords = (octets: 4 | 16): Readonly<Record<string, fc.Arbitrary<string>>> => ({
  source: octets === 4 ? prefix(4) : joined("/", prefix(16), fc.constant(0)),
  destination: octets === 4 ? prefix(4) : joined("/", prefix(16), fc.constant(0)),
  [octets === 4 ? "protocol" : "next-header"]: list(
    fc.oneof(
      fc.constantFrom("tcp", "udp", "icmp", "gre", "=esp", "!=ospf"),
      uint8.map((number) => `=${number}`),
    ),
    1,
    3,
  ),
  port: flowNumbers(MAX_UINT16),
  "destination-port": flowNumbers(MAX_UINT16),
  "source-port": flowNumbers(MAX_UINT16),
  "icmp-type": flowNumbers(0xff),
  "icmp-code": flowNumbers(0xff),
  "tcp-flags": flowBits("fin", "syn", "rst", "push", "ack", "urgent", "ece", "cwr"),
  "packet-length": flowNumbers(MAX_UINT16),
  [octets === 4 ? "dscp" : "traffic-class"]: flowNumbers(octets === 4 ? 0x3f : 0xff),
  fragment: flowBits("dont-fragment", "is-fragment", "first-fragment", "last-fragment"),
  ...(octets === 4 ? {} : { "flow-label": flowNumbers(0xfffff) }),
});

const FLOW_ACTIONS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  discard: fc.constant(""),
  "rate-limit": fc.integer({ min: 0, max: MAX_UINT32 }).map(String),
  redirect: fc.oneof(
    joined(":", uint16, uint32),
    joined(":", fc.integer({ min: MAX_UINT16 + 1, max: MAX_UINT32 }), uint16),
    ipv4,
  ),
  "redirect-to-nexthop": fc.constant(""),
  copy: ipv4,
  mark: fc.nat(0x3f).map(String),
  action: fc.constantFrom("sample", "terminal", "sample-terminal"),
  community: distinct(community),
  "large-community": distinct(joined(":", uint32, uint32, uint32)),
  "extended-community": distinct(extendedCommunity),
};

/** A destination first: it says which of the address families it is. */
function flow(octets: 4 | 16, word: string, match: fc.Arbitrary<string>, then: fc.Arbitrary<string>) {
  const first = octets === 4 ? "source 10.0.0.0/8;" : "source 2001:db8::/32/0;";
  return fc.tuple(fc.option(rd), match, then).map(([distinguisher, value, action]) => {
    const head = distinguisher === null ? "" : ` rd ${distinguisher};`;
    const component = word === "source" ? `source ${value};` : `${first} ${words(word, value)};`;
    return `announce flow route {${head} match { ${component} } then { ${action}; } }`;
  });
}

const HOPS = { 4: ipv4, 16: ipv6 } as const;

function route(octets: 4 | 16, more: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom("announce", "withdraw"), prefix(octets), HOPS[octets], more)
    .map(([verb, to, hop, rest]) => `${verb} route ${to} next-hop ${hop}${rest === "" ? "" : ` ${rest}`}`);
}

const vpls = fc
  .tuple(uint16, fc.integer({ min: 0, max: MAX_LABEL - MAX_UINT16 }), uint16, uint16, rd, ipv4)
  .map(
    ([endpoint, base, offset, size, distinguisher, hop]) =>
      `announce vpls endpoint ${endpoint} base ${base} offset ${offset} size ${size} rd ${distinguisher} next-hop ${hop}`,
  );

/** Several attributes at a time, in any order. */
const several = fc
  .subarray(Object.keys(ATTRIBUTES), { minLength: 2, maxLength: 6 })
  .chain((names) => fc.tuple(...names.map((name) => ATTRIBUTES[name]!.map((value) => words(name, value)))))
  .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
  .map((all) => all.join(" "));

/** Routes of each family, attributes, flow components and actions, so many of each. */
export function exabgpCommands(seed: number, count: number): ExabgpCommand[] {
  const sample = (kind: string, texts: fc.Arbitrary<string>): ExabgpCommand[] =>
    fc.sample(texts, { seed, numRuns: count }).map((text) => ({ kind, text }));
  const commands: ExabgpCommand[] = [];
  for (const octets of [4, 16] as const) {
    const ip = octets === 4 ? "ipv4" : "ipv6";
    commands.push(
      ...sample(`route ${ip} unicast`, route(octets, fc.constant(""))),
      ...sample(
        `route ${ip} labelled`,
        route(
          octets,
          labels.map((all) => `label ${all}`),
        ),
      ),
      ...sample(
        `route ${ip} vpn`,
        route(
          octets,
          fc.tuple(rd, labels).map(([one, all]) => `rd ${one} label ${all}`),
        ),
      ),
      ...sample(`route ${ip} several attributes`, route(octets, several)),
    );
    for (const [word, value] of Object.entries(flowWords(octets))) {
      commands.push(...sample(`flow ${ip} ${word}`, flow(octets, word, value, fc.constant("discard"))));
    }
    for (const [word, value] of Object.entries(FLOW_ACTIONS)) {
      const then = value.map((text) => words(word, text));
      const ports = flowNumbers(MAX_UINT16);
      commands.push(...sample(`action ${ip} ${word}`, flow(octets, "port", ports, then)));
    }
  }
  for (const [name, value] of Object.entries(ATTRIBUTES)) {
    const texts = fc
      .tuple(prefix(4), ipv4, value)
      .map(([to, hop, text]) => `announce route ${to} next-hop ${hop} ${words(name, text)}`);
    commands.push(...sample(`attribute ${name}`, texts));
  }
  const pathIds = fc.oneof(fc.integer({ min: 1, max: MAX_UINT32 }).map(String), ipv4);
  commands.push(
    ...sample(
      "route with path information",
      route(
        4,
        pathIds.map((id) => `path-information ${id}`),
      ),
    ),
    ...sample("vpls", vpls),
  );
  return commands;
}
