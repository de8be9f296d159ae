/** What one hostile connection does, drawn from a seed: the same number gives the same script. */
import { encodeMessage, IPV4_UNICAST, IPV6_UNICAST, sessionOpen } from "@netferry/bgp";
import { corpora } from "../../../packages/bgp/test/fuzz/corpus.ts";
import { Mutator } from "../../../packages/bgp/test/fuzz/mutator.ts";
import { type Draw, randomNumbers } from "../../../packages/bgp/test/fuzz/random.ts";

/** Messages of each kind that mutations start from. */
const CORPUS_SIZE = 200;
/** Longest wait, milliseconds. */
const MAX_WAIT_MS = 400;

export type Step =
  | { readonly kind: "write"; readonly bytes: Uint8Array; readonly chunk: number }
  /** Until a message of this type has come; not for ever. */
  | { readonly kind: "await"; readonly type: "keepalive" | "notification" | "open" }
  | { readonly kind: "wait"; readonly milliseconds: number }
  /** Nothing is read from now on. */
  | { readonly kind: "deaf" }
  /** So many octets of a message again and again, as fast as they are taken, for so long. */
  | { readonly kind: "flood"; readonly message: Uint8Array; readonly milliseconds: number }
  | { readonly kind: "end"; readonly how: "finish" | "reset" };

export interface Script {
  readonly number: number;
  /** A registered device, or an address that nobody knows. */
  readonly known: boolean;
  /** Which of them. */
  readonly source: number;
  readonly style: Style;
  readonly steps: readonly Step[];
}

const STYLES = [
  "random octets",
  "another protocol",
  "mutated messages",
  "mutated messages, established",
  "messages before OPEN",
  "wrong OPEN",
  "huge length",
  "cut off",
  "octet by octet",
  "silent",
  "deaf",
  "flood, established",
  "flood before OPEN",
  "open and close",
] as const;
export type Style = (typeof STYLES)[number];

const MARKER = new Uint8Array(16).fill(0xff);
const KEEPALIVE = encodeMessage({ type: "keepalive" });
const PROTOCOLS = [
  "GET / HTTP/1.1\r\nHost: router\r\n\r\n",
  "SSH-2.0-OpenSSH_9.2\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "\x00\x00\x00\x00\x00\x00\x00\x00",
];

/** Makes scripts of one run. */
export class Scripts {
  readonly #seed: number;
  readonly #sources: { readonly known: number; readonly unknown: number };
  readonly #corpora: ReturnType<typeof corpora>;

  /** @param sources how many addresses of each kind there are */
  constructor(seed: number, sources: { readonly known: number; readonly unknown: number }) {
    this.#seed = seed;
    this.#sources = sources;
    this.#corpora = corpora(seed, CORPUS_SIZE);
  }

  script(number: number): Script {
    const draw = randomNumbers(Math.imul(this.#seed, 2_654_435_761) + Math.imul(number + 1, 40_503));
    for (let n = 0; n < 8; n += 1) draw(2);
    const known = draw(4) > 0;
    const style = pick(draw, STYLES);
    const steps = this.#steps(style, draw);
    return {
      number,
      known,
      source: draw(known ? this.#sources.known : this.#sources.unknown),
      style,
      steps: [...steps, ...ending(style, draw)],
    };
  }

  #steps(style: Style, draw: Draw): Step[] {
    switch (style) {
      case "random octets":
        return [write(octets(draw, 1 + draw(5_000)), draw)];
      case "another protocol":
        return [write(Uint8Array.from(Buffer.from(pick(draw, PROTOCOLS), "latin1")), draw), wait(draw)];
      case "mutated messages":
        return this.#mutated(draw).map((bytes) => write(bytes, draw));
      case "mutated messages, established":
        return [
          ...established(draw),
          ...this.#mutated(draw).flatMap((bytes) => [
            write(bytes, draw),
            { kind: "wait" as const, milliseconds: draw(4) === 0 ? draw(MAX_WAIT_MS) : 0 },
          ]),
        ];
      case "messages before OPEN":
        return [
          write(joined(Array.from({ length: 1 + draw(40) }, () => this.#valid(draw))), draw),
          wait(draw),
        ];
      case "wrong OPEN":
        return [write(wrongOpen(draw), draw), { kind: "await", type: "keepalive" }, write(KEEPALIVE, draw)];
      case "huge length":
        return [
          ...(draw(2) === 0 ? established(draw) : []),
          write(header(pick(draw, [0, 1, 18, 19, 4_096, 4_097, 32_768, 65_535]), draw(256)), draw),
          write(octets(draw, draw(70_000)), draw),
          wait(draw),
        ];
      case "cut off": {
        const whole = joined([open(draw), KEEPALIVE, this.#valid(draw), this.#valid(draw)]);
        return [write(whole.subarray(0, draw(whole.length)), draw), wait(draw)];
      }
      case "octet by octet":
        return [
          { kind: "write", bytes: open(draw), chunk: 1 },
          { kind: "await", type: "keepalive" },
          { kind: "write", bytes: joined([KEEPALIVE, this.#valid(draw)]), chunk: 1 },
        ];
      case "silent":
        return [wait(draw), wait(draw)];
      case "deaf":
        return [{ kind: "deaf" }, write(open(draw), draw), wait(draw), write(KEEPALIVE, draw), wait(draw)];
      case "flood, established":
        return [...established(draw), { kind: "flood", message: this.#valid(draw), milliseconds: draw(600) }];
      case "flood before OPEN":
        return [{ kind: "flood", message: this.#valid(draw), milliseconds: draw(600) }];
      case "open and close":
        return [];
    }
  }

  /** A few messages with something wrong in some of them. */
  #mutated(draw: Draw): Uint8Array[] {
    const mutator = new Mutator(pick(draw, this.#corpora).messages, draw);
    return Array.from({ length: 1 + draw(12) }, () =>
      draw(3) === 0 ? this.#valid(draw) : mutator.next().slice(),
    );
  }

  #valid(draw: Draw): Uint8Array {
    return pick(draw, pick(draw, this.#corpora).messages).bytes;
  }
}

function established(draw: Draw): Step[] {
  return [
    write(open(draw), draw),
    { kind: "await", type: "open" },
    write(KEEPALIVE, draw),
    { kind: "await", type: "keepalive" },
  ];
}

function open(draw: Draw): Uint8Array {
  return encodeMessage(
    sessionOpen({
      localAsn: 65_001,
      localIdentifier: 0x0a000001 + draw(65_536),
      holdTime: pick(draw, [0, 3, 90, 65_535]),
      passive: false,
      families: [IPV4_UNICAST, IPV6_UNICAST],
    }),
  );
}

/** Right in its frame, and in little else. */
function wrongOpen(draw: Draw): Uint8Array {
  const bytes = open(draw);
  switch (draw(4)) {
    case 0:
      for (let count = 1 + draw(8); count > 0; count--) bytes[19 + draw(bytes.length - 19)] = draw(256);
      return bytes;
    case 1: {
      // Capabilities as far as the length goes.
      const huge = new Uint8Array(29 + draw(4_068));
      huge.set(bytes.subarray(0, 28));
      huge.set(octets(draw, huge.length - 29), 29);
      huge[28] = draw(256);
      return framed(huge);
    }
    case 2:
      return framed(bytes.slice(0, 19 + draw(bytes.length - 19)));
    default:
      return framed(joined([bytes, octets(draw, 1 + draw(4_000))]));
  }
}

function framed(bytes: Uint8Array): Uint8Array {
  bytes[16] = bytes.length >>> 8;
  bytes[17] = bytes.length;
  return bytes;
}

function header(length: number, type: number): Uint8Array {
  return joined([MARKER, Uint8Array.of(length >>> 8, length & 0xff, type)]);
}

function write(bytes: Uint8Array, draw: Draw): Step {
  return { kind: "write", bytes, chunk: draw(3) === 0 ? 1 + draw(100) : bytes.length };
}

function wait(draw: Draw): Step {
  return { kind: "wait", milliseconds: draw(MAX_WAIT_MS) };
}

/** At once, or when the agent has had its say; one that is silent may as well be left alone. */
function ending(style: Style, draw: Draw): Step[] {
  const end: Step = { kind: "end", how: draw(2) === 0 ? "finish" : "reset" };
  if (style === "open and close") return [end];
  if (style === "silent") return draw(2) === 0 ? [] : [end];
  return draw(2) === 0 ? [end] : [{ kind: "await", type: "notification" }, end];
}

function octets(draw: Draw, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => draw(256));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function pick<T>(draw: Draw, list: readonly T[]): T {
  const one = list[draw(list.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
}
