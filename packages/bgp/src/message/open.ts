import { ByteWriter, EncodeError, readUint16, readUint32 } from "../bytes.ts";
import { type Capability, decodeCapability, encodeCapability } from "../capability/capability.ts";
import { type Decoded, ErrorCode, OpenSubcode, type ProtocolError, protocolError } from "../errors.ts";
import { HEADER_LENGTH } from "./header.ts";

export const BGP_VERSION = 4;

/** RFC 4271 section 4.2. */
export interface OpenMessage {
  readonly type: "open";
  readonly version: number;
  /** The two-octet field; AS_TRANS (23456) where the number needs four. See {@link openAsn}. */
  readonly myAs: number;
  /** Seconds; 0 for no hold timer. */
  readonly holdTime: number;
  readonly bgpIdentifier: number;
  readonly parameters: readonly OptionalParameter[];
  /** The parameters are in the form of RFC 9072 (lengths of two octets). Implied when they need it. */
  readonly extendedParameters: boolean;
}

/** Capabilities (RFC 5492 section 4), or a parameter of another type, kept as bytes. */
export type OptionalParameter =
  | { readonly type: "capabilities"; readonly capabilities: readonly Capability[] }
  | { readonly type: "unknown"; readonly code: number; readonly value: Uint8Array };

/** Every capability of an OPEN, in order, whichever parameter it came in. */
export function openCapabilities(open: OpenMessage): Capability[] {
  return open.parameters.flatMap((parameter) =>
    parameter.type === "capabilities" ? parameter.capabilities : [],
  );
}

/** The sender's AS number: of the four-octet capability, else of the two-octet field (RFC 6793 section 4.1). */
export function openAsn(open: OpenMessage): number {
  for (const capability of openCapabilities(open)) {
    if (capability.kind === "four-octet-as") return capability.asn;
  }
  return open.myAs;
}

const CAPABILITIES_PARAMETER = 2;
/** In the place of the first parameter's type it announces the extended form (RFC 9072 section 2). */
const EXTENDED_LENGTH = 255;
const MAX_PLAIN_LENGTH = 255;
const FIXED_LENGTH = HEADER_LENGTH + 10;

/** Decodes the OPEN in `[start, end)`, whose header was checked. Its values are for the state machine to judge. */
export function decodeOpen(bytes: Uint8Array, start: number, end: number): Decoded<OpenMessage> {
  const body = start + HEADER_LENGTH;
  const version = bytes[body]!;
  if (version !== BGP_VERSION) {
    const text = `BGP version ${version} in OPEN, only 4 is supported`;
    return refuse(OpenSubcode.unsupportedVersion, text, Uint8Array.of(0, BGP_VERSION));
  }
  const parametersStart = start + FIXED_LENGTH;
  const length = bytes[parametersStart - 1]!;
  const extendedParameters = length !== 0 && bytes[parametersStart] === EXTENDED_LENGTH;
  const parameters = extendedParameters
    ? decodeExtendedParameters(bytes, parametersStart, end)
    : decodeParameters(bytes, parametersStart, length, end, 1);
  if (!parameters.ok) return parameters;
  return {
    ok: true,
    message: {
      type: "open",
      version,
      myAs: readUint16(bytes, body + 1),
      holdTime: readUint16(bytes, body + 3),
      bgpIdentifier: readUint32(bytes, body + 5),
      parameters: parameters.message,
      extendedParameters,
    },
  };
}

/** RFC 9072 section 2: type 255, a length of two octets, then parameters with lengths of two octets. */
function decodeExtendedParameters(
  bytes: Uint8Array,
  start: number,
  end: number,
): Decoded<OptionalParameter[]> {
  if (start + 3 > end) return malformed("the extended parameter length is cut short");
  return decodeParameters(bytes, start + 3, readUint16(bytes, start + 1), end, 2);
}

function decodeParameters(
  bytes: Uint8Array,
  start: number,
  length: number,
  end: number,
  lengthWidth: 1 | 2,
): Decoded<OptionalParameter[]> {
  if (start + length !== end) {
    return malformed(`optional parameters of ${length} octets in a message that has ${end - start} for them`);
  }
  const parameters: OptionalParameter[] = [];
  let at = start;
  while (at < end) {
    const valueStart = at + 1 + lengthWidth;
    if (valueStart > end) return malformed("an optional parameter is cut short");
    const code = bytes[at]!;
    const valueEnd = valueStart + (lengthWidth === 1 ? bytes[at + 1]! : readUint16(bytes, at + 1));
    if (valueEnd > end) return malformed(`optional parameter ${code} exceeds the message`);
    if (code === EXTENDED_LENGTH) {
      // Reserved: only as the first one it means something, and was taken off there (RFC 9072 section 2).
      return refuse(
        OpenSubcode.unsupportedOptionalParameter,
        "optional parameter type 255 is reserved (RFC 9072)",
      );
    }
    if (code === CAPABILITIES_PARAMETER) {
      const capabilities = decodeCapabilities(bytes, valueStart, valueEnd);
      if (!capabilities.ok) return capabilities;
      parameters.push({ type: "capabilities", capabilities: capabilities.message });
    } else {
      parameters.push({ type: "unknown", code, value: bytes.slice(valueStart, valueEnd) });
    }
    at = valueEnd;
  }
  return { ok: true, message: parameters };
}

function decodeCapabilities(bytes: Uint8Array, start: number, end: number): Decoded<Capability[]> {
  const capabilities: Capability[] = [];
  let at = start;
  while (at < end) {
    const next = at + 2 + (bytes[at + 1] ?? 0);
    if (at + 2 > end || next > end) return malformed(`capability ${bytes[at]!} exceeds its parameter`);
    const capability = decodeCapability(bytes[at]!, bytes.slice(at + 2, next));
    if (capability === undefined) {
      const text = `capability ${bytes[at]!} in OPEN has a malformed value of ${next - at - 2} octets`;
      return refuse(OpenSubcode.unspecific, text, bytes.slice(at, next));
    }
    capabilities.push(capability);
    at = next;
  }
  return { ok: true, message: capabilities };
}

function malformed(what: string): { ok: false; error: ProtocolError } {
  return refuse(OpenSubcode.unspecific, `malformed OPEN: ${what}`);
}

function refuse(subcode: number, text: string, data?: Uint8Array): { ok: false; error: ProtocolError } {
  return { ok: false, error: protocolError(ErrorCode.open, subcode, text, data) };
}

export function encodeOpen(open: OpenMessage, out: ByteWriter): void {
  out.uint8(open.version);
  out.uint16(open.myAs);
  out.uint16(open.holdTime);
  out.uint32(open.bgpIdentifier);
  const values = open.parameters.map((parameter) => parameterValue(parameter));
  const plainLength = values.reduce((sum, value) => sum + 2 + value.length, 0);
  if (!open.extendedParameters && plainLength <= MAX_PLAIN_LENGTH) {
    out.uint8(plainLength);
    encodeParameters(open.parameters, values, 1, out);
    return;
  }
  out.uint8(EXTENDED_LENGTH);
  out.uint8(EXTENDED_LENGTH);
  out.counted(2, "the optional parameters", (field) => encodeParameters(open.parameters, values, 2, field));
}

function parameterValue(parameter: OptionalParameter): Uint8Array {
  if (parameter.type === "unknown") return parameter.value;
  const out = new ByteWriter();
  for (const capability of parameter.capabilities) encodeCapability(capability, out);
  return out.finish();
}

function encodeParameters(
  parameters: readonly OptionalParameter[],
  values: readonly Uint8Array[],
  lengthWidth: 1 | 2,
  out: ByteWriter,
): void {
  for (const [index, parameter] of parameters.entries()) {
    const code = parameter.type === "unknown" ? parameter.code : CAPABILITIES_PARAMETER;
    if (code === EXTENDED_LENGTH) throw new EncodeError("optional parameter type 255 is reserved (RFC 9072)");
    out.uint8(code);
    out.counted(lengthWidth, `optional parameter ${code}`, (field) => field.bytes(values[index]!));
  }
}
