import { formatIdentifier } from "../address.ts";
import { decodeCapability, encodeCapability } from "../capability/capability.ts";
import { readUint16, readUint32 } from "../bytes.ts";
import { fieldsOf, opaque } from "./fields.ts";
import { branch, type WireBranch } from "./node.ts";
import { capabilityReferences, Rfc } from "./references.ts";

const CAPABILITIES = 2;
const EXTENDED = 255;
const FIXED_LENGTH = 10;

/** The body of an OPEN, `[start, end)`. Its first ten octets are there. */
export function dissectOpen(bytes: Uint8Array, start: number, end: number): WireBranch[] {
  const parameters = start + FIXED_LENGTH;
  const length = bytes[parameters - 1]!;
  const extended = length !== 0 && parameters + 3 <= end && bytes[parameters] === EXTENDED;
  const lengthNode = branch("length of parameters", parameters - 1, 1, { value: `${length}` });
  const nodes = [
    branch("version", start, 1, { value: `${bytes[start]!}` }),
    branch("myAs", start + 1, 2, { value: `${readUint16(bytes, start + 1)}` }),
    branch("holdTime", start + 3, 2, { value: `${readUint16(bytes, start + 3)} s` }),
    branch("bgpIdentifier", start + 5, 4, { value: formatIdentifier(readUint32(bytes, start + 5)) }),
    lengthNode,
  ];
  let counted = length;
  let first = parameters;
  let counting = lengthNode;
  if (extended) {
    const reference = Rfc.extendedParameters;
    lengthNode.value += ", not used";
    counted = readUint16(bytes, parameters + 1);
    first = parameters + 3;
    counting = branch("length of extended parameters", parameters + 1, 2, { value: `${counted}`, reference });
    nodes.push(
      branch("extendedParameters", parameters, 1, { value: "255, lengths take two octets", reference }),
      counting,
    );
  }
  if (first + counted !== end) {
    counting.problems.push(`${counted} octets of parameters, but ${end - first} are left of the message`);
  }
  nodes.push(...dissectParameters(bytes, first, Math.min(end, first + counted), extended ? 2 : 1));
  if (first + counted < end) nodes.push(opaque("behind the parameters", bytes, first + counted, end));
  return nodes;
}

function dissectParameters(bytes: Uint8Array, start: number, end: number, lengthWidth: 1 | 2): WireBranch[] {
  const nodes: WireBranch[] = [];
  let at = start;
  while (at < end) {
    const valueStart = at + 1 + lengthWidth;
    if (valueStart > end) return [...nodes, cutShort("parameter", bytes, at, end)];
    const code = bytes[at]!;
    const length = lengthWidth === 1 ? bytes[at + 1]! : readUint16(bytes, at + 1);
    const valueEnd = Math.min(end, valueStart + length);
    const isCapabilities = code === CAPABILITIES;
    const node = branch(isCapabilities ? "parameter capabilities" : `parameter ${code}`, at, valueEnd - at, {
      reference: isCapabilities ? Rfc.capabilities : Rfc.open,
    });
    node.children.push(
      branch("type", at, 1, { value: `${code}` }),
      lengthField(at + 1, lengthWidth, length, valueEnd - valueStart, "the parameters"),
      ...(isCapabilities
        ? dissectCapabilities(bytes, valueStart, valueEnd)
        : valueStart < valueEnd
          ? [opaque("value", bytes, valueStart, valueEnd)]
          : []),
    );
    nodes.push(node);
    at = valueEnd;
  }
  return nodes;
}

function dissectCapabilities(bytes: Uint8Array, start: number, end: number): WireBranch[] {
  const nodes: WireBranch[] = [];
  let at = start;
  while (at < end) {
    if (at + 2 > end) return [...nodes, cutShort("capability", bytes, at, end)];
    const code = bytes[at]!;
    const length = bytes[at + 1]!;
    const valueEnd = Math.min(end, at + 2 + length);
    nodes.push(dissectCapability(code, length, bytes, at, valueEnd));
    at = valueEnd;
  }
  return nodes;
}

function dissectCapability(
  code: number,
  length: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): WireBranch {
  const value = bytes.slice(at + 2, end);
  const capability = decodeCapability(code, value);
  const known = capability !== undefined && capability.kind !== "unknown";
  const node = branch(`capability ${known ? capability.kind : code}`, at, end - at, {
    reference: known ? capabilityReferences[capability.kind] : Rfc.capabilities,
  });
  node.children.push(
    branch("code", at, 1, { value: `${code}`, reference: Rfc.capabilities }),
    lengthField(at + 1, 1, length, end - at - 2, "the parameter"),
  );
  if (at + 2 === end) return node;
  if (!known) {
    const whole = opaque("value", bytes, at + 2, end);
    if (capability === undefined) whole.problems.push("malformed, and the session can't do without it");
    node.children.push(whole);
    return node;
  }
  // Written with code and length, which stand there already.
  const [, , ...fields] = fieldsOf(capability.kind, capability, encodeCapability, bytes, at, end);
  node.children.push(...(fields.length > 0 ? fields : [opaque("value", bytes, at + 2, end)]));
  return node;
}

function lengthField(at: number, width: 1 | 2, length: number, there: number, where: string): WireBranch {
  const node = branch("length", at, width, { value: `${length}`, reference: Rfc.capabilities });
  if (length > there) node.problems.push(`${length} octets, but ${there} are left of ${where}`);
  return node;
}

function cutShort(what: string, bytes: Uint8Array, at: number, end: number): WireBranch {
  const rest = opaque(what, bytes, at, end);
  rest.problems.push("cut short");
  return rest;
}
