import { type Attribute, formatIPv4, type Message, toHex, type UpdateMessage } from "@netferry/bgp";
import { parseExabgpCommand } from "@netferry/formats";
import type { ExabgpTestSession } from "./exabgp-encoder.ts";

/** What a rule looks at: one command, our message of it, and ExaBGP's as we read it. */
export interface ExabgpCase {
  readonly command: string;
  readonly session: ExabgpTestSession;
  readonly ours: UpdateMessage;
  readonly theirs: UpdateMessage;
}

export interface Refusal {
  readonly commands: RegExp;
  readonly says: RegExp;
}

/** A known disagreement. The words stand in docs/differential.md. */
export interface ExabgpExplanation {
  readonly id: string;
  /** Our message as ExaBGP would have it; the very same object where the rule says nothing. */
  readonly as?: (one: ExabgpCase) => UpdateMessage;
  /** The session that ExaBGP writes this command's messages for; the very same object where the rule says nothing. */
  readonly session?: (command: string, session: ExabgpTestSession) => ExabgpTestSession;
  /** Of commands that it does not take, what it says. */
  readonly refuses?: Refusal;
  /** Of commands that we do not take, what we say. */
  readonly weRefuse?: Refusal;
}

const withAttributes = (
  message: UpdateMessage,
  change: (attribute: Attribute) => Attribute,
): UpdateMessage => {
  const attributes = message.attributes.map(change);
  const same = attributes.every((attribute, index) => attribute === message.attributes[index]);
  return same ? message : { ...message, attributes };
};

const LISTS: ReadonlySet<Attribute["type"]> = new Set([
  "communities",
  "large-communities",
  "extended-communities",
]);
const keyOf = (value: unknown): string =>
  value instanceof Uint8Array ? toHex(value) : JSON.stringify(value);

/** The same values in ExaBGP's order; ours if they are other values. */
function inTheirOrder(attribute: Attribute, theirs: UpdateMessage): Attribute {
  const other = theirs.attributes.find(({ type }) => type === attribute.type);
  if (!LISTS.has(attribute.type) || other === undefined) return attribute;
  if (!("values" in attribute) || !("values" in other)) return attribute;
  const mine = attribute.values.map(keyOf);
  const yours = other.values.map(keyOf);
  const isSame = mine.toSorted().join() === yours.toSorted().join();
  return isSame && mine.join() !== yours.join() ? other : attribute;
}

const IPV4_SPECIFIC = 0x01;

/** Route targets and origins of an IPv4 address, with the type of an AS number of two octets. */
function asTwoOctetAs(one: ExabgpCase): UpdateMessage {
  return withAttributes(one.ours, (attribute) => {
    if (attribute.type !== "extended-communities") return attribute;
    let changed = false;
    const values = attribute.values.map((value) => {
      const isNamed = value[0] === IPV4_SPECIFIC && (value[1] === 2 || value[1] === 3);
      if (!isNamed || !one.command.includes(`:${formatIPv4(value, 2)}:`)) return value;
      changed = true;
      return Uint8Array.of(0x00, ...value.subarray(1));
    });
    return changed ? { ...attribute, values } : attribute;
  });
}

/** The attributes that the same route would be announced with. */
function announced({ command, session }: ExabgpCase): readonly Attribute[] {
  const result = parseExabgpCommand(command.replace(/^withdraw /, "announce "), session);
  const message: Message | undefined = result.ok ? result.messages[0] : undefined;
  return message?.type === "update" ? message.attributes.filter(({ type }) => type !== "mp-reach") : [];
}

/** 224.0.0.0/4, and what begins in it. */
const MULTICAST_ROUTE = /^\w+ route 2(2[4-9]|3\d)\.(?!.* (label|rd) )/;

/** ExaBGP 4.2.21, as Debian has it. Each rule takes what the one before it made. */
export const exabgpExplanations: readonly ExabgpExplanation[] = [
  {
    id: "X1",
    as: (one) => {
      if (!one.command.startsWith("withdraw ") || one.ours.withdrawn.length > 0) return one.ours;
      return { ...one.ours, attributes: [...announced(one), ...one.ours.attributes] };
    },
  },
  { id: "X2", as: asTwoOctetAs },
  { id: "X3", as: ({ ours, theirs }) => withAttributes(ours, (each) => inTheirOrder(each, theirs)) },
  {
    id: "X4",
    session: (command, session) =>
      session.addPath && MULTICAST_ROUTE.test(command) ? { ...session, addPath: false } : session,
  },
  {
    id: "X5",
    refuses: {
      commands: /^announce vpls .*\bbase (6553[6-9]|655[4-9]\d|65[6-9]\d\d|6[6-9]\d{3}|[7-9]\d{4}|\d{6,}) /,
      says: /^invalid l2vpn vpls label$/,
    },
  },
  {
    id: "X6",
    as: ({ session, ours }) => {
      const attributes = ours.attributes.filter(({ type }) => type !== "aigp");
      const isExternal = session.localAsn !== session.peerAsn;
      return isExternal && attributes.length < ours.attributes.length ? { ...ours, attributes } : ours;
    },
  },
  {
    id: "X7",
    weRefuse: {
      commands: / label \[ (\d+ )*0 \d/,
      says: /^the last of the labels, and no other, is the bottom/,
    },
  },
];
