import { readUint16 } from "../bytes.ts";
import { codecContext, type CodecContext } from "../codec-context.ts";
import type { Disposition, ProtocolError } from "../errors.ts";
import { HeaderSubcode, OpenSubcode } from "../errors.ts";
import { familyName, familyOf } from "../family.ts";
import { validateOpen } from "../fsm/validate-open.ts";
import { checkHeader, HEADER_LENGTH, MARKER_LENGTH, MessageType, messageType } from "../message/header.ts";
import { decodeMessage } from "../message-codec.ts";
import type { AttributeError } from "../update-error.ts";
import { opaque } from "./fields.ts";
import { branch, type WireBranch, type WireNode } from "./node.ts";
import { dissectNotification } from "./notification.ts";
import { dissectOpen } from "./open.ts";
import { Rfc } from "./references.ts";
import { dissectUpdate } from "./update.ts";

/** A message octet by octet, and what a session would do about it. */
export interface WireView {
  /** `UPDATE`; undefined where the header does not tell. */
  readonly type: string | undefined;
  /** All of the message. */
  readonly root: WireNode;
  /** Of an UPDATE, by RFC 7606. */
  readonly errors: readonly AttributeError[];
  readonly disposition: Disposition;
  /** The NOTIFICATION that ends the session. */
  readonly error: ProtocolError | undefined;
}

export interface DissectOptions {
  /** Default: that of bytes without a session. */
  readonly context?: CodecContext;
  /** The AS that an OPEN has to be from. */
  readonly peerAsn?: number;
}

const NAMES: readonly (string | undefined)[] = [
  undefined,
  "OPEN",
  "UPDATE",
  "NOTIFICATION",
  "KEEPALIVE",
  "ROUTE-REFRESH",
];
const REFRESH_SUBTYPES: readonly string[] = ["request", "BoRR", "EoRR"];
/** Behind the header, the shortest body of each type that has its fixed fields. */
const FIXED_BODY: readonly number[] = [0, 10, 0, 2, 0, 4];
const NO_ERRORS: readonly AttributeError[] = [];

/**
 * What each octet of a message is, by the fields that the codecs of this package write. Works on broken
 * messages: reads as far as it goes, says where it stops and why, and what follows from it. Total.
 */
export function dissectMessage(bytes: Uint8Array, options: DissectOptions = {}): WireView {
  const context = options.context ?? codecContext();
  const type = bytes.length < HEADER_LENGTH ? undefined : NAMES[messageType(bytes, 0)];
  const root = branch(type ?? "message", 0, bytes.length, { reference: Rfc.header });
  const headerError = checkHeader(bytes, 0, bytes.length, context.maxMessageLength);
  root.children.push(...dissectHeader(bytes, headerError));
  if (bytes.length <= HEADER_LENGTH) return outcome(type, root, headerError);
  const end = Math.min(bytes.length, Math.max(HEADER_LENGTH, readUint16(bytes, MARKER_LENGTH)));
  const body = dissectBody(bytes, end, context, headerError);
  root.children.push(...body.nodes);
  if (end < bytes.length) root.children.push(opaque("behind the message", bytes, end, bytes.length));
  if (headerError !== undefined) return outcome(type, root, headerError);
  const decoded = decodeMessage(bytes, context);
  const error = decoded.ok ? openError(decoded.message, options) : decoded.error;
  if (error !== undefined && body.errors.length === 0) blame(root, error);
  const { errors, disposition } = body;
  return { type, root, errors, disposition: error === undefined ? disposition : "reset", error };
}

function outcome(type: string | undefined, root: WireNode, error: ProtocolError | undefined): WireView {
  return { type, root, errors: NO_ERRORS, disposition: error === undefined ? "ok" : "reset", error };
}

function dissectHeader(bytes: Uint8Array, error: ProtocolError | undefined): WireBranch[] {
  const nodes: WireBranch[] = [];
  const add = (name: string, at: number, length: number, value: () => string, subcode: number): void => {
    if (at >= bytes.length) return;
    const whole = at + length <= bytes.length;
    const node = branch(name, at, whole ? length : bytes.length - at, {
      value: whole ? value() : "cut short",
    });
    if (error?.subcode === subcode) node.problems.push(error.text);
    nodes.push(node);
  };
  add("marker", 0, MARKER_LENGTH, () => "", HeaderSubcode.connectionNotSynchronized);
  add("length", 16, 2, () => `${readUint16(bytes, MARKER_LENGTH)}`, HeaderSubcode.badMessageLength);
  add("type", 18, 1, () => `${bytes[18]!}, ${NAMES[bytes[18]!] ?? "unknown"}`, HeaderSubcode.badMessageType);
  return nodes;
}

interface Body {
  readonly nodes: readonly WireBranch[];
  readonly errors: readonly AttributeError[];
  readonly disposition: Disposition;
}

function dissectBody(
  bytes: Uint8Array,
  end: number,
  context: CodecContext,
  headerError: ProtocolError | undefined,
): Body {
  const start = HEADER_LENGTH;
  const type = messageType(bytes, 0);
  const whole = end - start >= (FIXED_BODY[type] ?? 0);
  if (start === end) return plain([]);
  if (!whole) return plain([opaque("cut short", bytes, start, end)]);
  switch (type) {
    case MessageType.open:
      return plain(dissectOpen(bytes, start, end), Rfc.open);
    case MessageType.update: {
      const update = dissectUpdate(bytes, start, end, context);
      const nodes = inside(update.nodes, Rfc.update);
      return headerError === undefined ? { ...update, nodes } : plain(nodes);
    }
    case MessageType.notification:
      return plain(dissectNotification(bytes, start, end), Rfc.notification);
    case MessageType.routeRefresh:
      return plain(dissectRefresh(bytes, start, end), Rfc.routeRefresh);
    default:
      return plain([opaque("body", bytes, start, end)]);
  }
}

function plain(nodes: readonly WireBranch[], reference?: string): Body {
  return { nodes: inside(nodes, reference), errors: NO_ERRORS, disposition: "ok" };
}

/** The reference for those that have none of their own. */
function inside(nodes: readonly WireBranch[], reference: string | undefined): WireBranch[] {
  return nodes.map((node) =>
    node.reference === undefined && reference !== undefined ? { ...node, reference } : node,
  );
}

function dissectRefresh(bytes: Uint8Array, start: number, end: number): WireBranch[] {
  const afi = readUint16(bytes, start);
  const subtype = bytes[start + 2]!;
  const safi = bytes[start + 3]!;
  const name = familyName(familyOf(afi, safi));
  const nodes = [
    branch("AFI", start, 2, { value: `${afi}, ${name}` }),
    branch("subtype", start + 2, 1, {
      value: `${subtype}, ${REFRESH_SUBTYPES[subtype] ?? "unknown"}`,
      reference: Rfc.enhancedRouteRefresh,
    }),
    branch("SAFI", start + 3, 1, { value: `${safi}, ${name}` }),
  ];
  if (start + 4 < end) nodes.push(opaque("data", bytes, start + 4, end));
  return nodes;
}

/** What a session without families or a role of its own finds wrong in a well-formed OPEN. */
function openError(
  message: { readonly type: string },
  { peerAsn }: DissectOptions,
): ProtocolError | undefined {
  if (!isOpen(message)) return undefined;
  const config = { localAsn: 1, localIdentifier: 0, holdTime: 0, passive: true, families: [] };
  return validateOpen({ ...config, expectedPeerAsn: peerAsn }, message);
}

function isOpen(message: { readonly type: string }): message is Parameters<typeof validateOpen>[1] {
  return message.type === "open";
}

const OPEN_FIELDS: ReadonlyMap<number, string> = new Map([
  [OpenSubcode.unsupportedVersion, "version"],
  [OpenSubcode.badPeerAs, "myAs"],
  [OpenSubcode.badBgpIdentifier, "bgpIdentifier"],
  [OpenSubcode.unacceptableHoldTime, "holdTime"],
]);

/** Puts an error where it belongs, unless the dissection has found the place already. */
function blame(root: WireBranch, error: ProtocolError): void {
  if (hasProblem(root)) return;
  const name = root.name === "OPEN" ? OPEN_FIELDS.get(error.subcode) : undefined;
  const node = root.children.find((each) => each.name === name) ?? root;
  node.problems.push(error.text);
}

function hasProblem(node: WireNode): boolean {
  return node.problems.length > 0 || node.children.some(hasProblem);
}
