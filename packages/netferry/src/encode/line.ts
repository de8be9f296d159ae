import {
  type CodecContext,
  EncodeError,
  encodeMessage,
  type Family,
  fromHex,
  type Message,
  parseAddress,
  parseFamilyName,
} from "@netferry/bgp";
import {
  type ExabgpSession,
  type JsonObject,
  type JsonValue,
  messageFromJson,
  messagesFromExabgp,
  parseExabgpCommand,
  readJson,
} from "@netferry/formats";
import { parseTime } from "./time.ts";
import type { Origin, Speaker } from "../decode/item.ts";

/** A line that is no message; its message is one line and names the remedy. */
export class LineError extends Error {
  override readonly name = "LineError";
}

export interface EncodedMessage {
  readonly bytes: Uint8Array;
  /** Undefined for octets that could not be decoded. */
  readonly message: Message | undefined;
  readonly origin: Origin;
  /** AS numbers take four octets. */
  readonly fourOctetAs: boolean;
}

/** What holds for lines that don't say it themselves. */
export interface LineDefaults {
  readonly context: CodecContext;
  readonly from: Speaker;
  readonly to: Speaker;
  /** Undefined without the two AS numbers. */
  readonly session: ExabgpSession | undefined;
  readonly format: "json" | "exabgp" | undefined;
}

/** The messages of a line; none for an event of a decoded file. Throws a {@link LineError}. */
export function encodeLine(line: string, place: string, defaults: LineDefaults): EncodedMessage[] {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return [];
  const format = defaults.format ?? (text.startsWith("{") ? "json" : "exabgp");
  try {
    return format === "json" ? jsonLine(text, place, defaults) : commandLine(text, place, defaults);
  } catch (error) {
    if (error instanceof EncodeError) throw new LineError(withRemedy(error.message), { cause: error });
    throw error;
  }
}

function withRemedy(text: string): string {
  return text.endsWith("can receive 4096") ? `${text}; --extended-message allows more` : text;
}

function commandLine(text: string, place: string, defaults: LineDefaults): EncodedMessage[] {
  const { session, context, from, to } = defaults;
  if (session === undefined) {
    throw new LineError("a command of ExaBGP's needs --local-as and --peer-as, which its routes depend on");
  }
  const result = parseExabgpCommand(text, session);
  if (!result.ok) {
    throw new LineError(
      `${result.problem}; a command is one such as announce route 192.0.2.0/24 next-hop 192.0.2.1`,
    );
  }
  return encodeAll(result.messages, { place, from, to }, context);
}

function encodeAll(messages: readonly Message[], origin: Origin, context: CodecContext): EncodedMessage[] {
  const { fourOctetAs } = context;
  return messages.map((message) => ({
    bytes: encodeMessage(message, context),
    message,
    origin,
    fourOctetAs,
  }));
}

function jsonLine(text: string, place: string, defaults: LineDefaults): EncodedMessage[] {
  const json = readJson(text);
  if (json === undefined) throw new LineError("no JSON: a line is one object; --from exabgp for commands");
  if (!isObject(json)) throw new LineError("JSON, but no object: a line is one message");
  const { from, to } = defaults;
  if (json["exabgp"] !== undefined) {
    const result = messagesFromExabgp(json);
    if (!result.ok) throw new LineError(`not as ExaBGP writes it: ${result.problem}`);
    return encodeAll(result.messages, { place, from, to }, defaults.context);
  }
  if (json["type"] !== undefined) {
    return encodeAll([messageOf(json)], { place, from, to }, defaults.context);
  }
  return recordLine(json, place, defaults);
}

/** A line of `decode --format json`. */
function recordLine(json: JsonObject, place: string, defaults: LineDefaults): EncodedMessage[] {
  const context = contextOf(json["context"], defaults.context);
  const origin = originOf(json, place, defaults);
  if (json["octets"] !== undefined) {
    const bytes = fromHex(textOf(json["octets"], "octets"));
    if (bytes === undefined) throw new LineError("octets is no hexadecimal");
    const { message } = json;
    const known = message === undefined ? undefined : messageOf(message);
    return [{ bytes, message: known, origin, fourOctetAs: context.fourOctetAs }];
  }
  if (json["message"] !== undefined) return encodeAll([messageOf(json["message"])], origin, context);
  if (isObject(json["path"])) return encodeAll([pathMessage(json["path"])], origin, context);
  if (json["event"] !== undefined) return [];
  throw new LineError('no message: it has neither "type" nor "message"; see docs/schema/message.schema.json');
}

function messageOf(json: JsonValue): Message {
  const result = messageFromJson(json);
  if (!result.ok) throw new LineError(`${result.problem}; see docs/schema/message.schema.json`);
  return result.message;
}

/** The UPDATE that announces a path of a table. */
function pathMessage({ route, attributes }: JsonObject): Message {
  const isReached =
    Array.isArray(attributes) &&
    attributes.some((each: JsonValue) => isObject(each) && each["type"] === "mp-reach");
  const nlri = isReached || route === undefined ? [] : [route];
  return messageOf({ type: "update", withdrawn: [], attributes: attributes ?? [], nlri });
}

function contextOf(json: JsonValue | undefined, context: CodecContext): CodecContext {
  if (json === undefined) return context;
  if (!isObject(json)) throw new LineError("context is no object");
  const fourOctetAs = json["asn4"] !== false && context.fourOctetAs;
  const names: readonly JsonValue[] = Array.isArray(json["addPath"]) ? json["addPath"] : [];
  const families = names.map((name): Family => {
    const family = parseFamilyName(textOf(name, "addPath"));
    if (family === undefined) throw new LineError(`${textOf(name, "addPath")} is no family`);
    return family;
  });
  const addPathSend: ReadonlySet<Family> = families.length === 0 ? context.addPathSend : new Set(families);
  return { ...context, fourOctetAs, addPathSend };
}

function originOf(json: JsonObject, place: string, defaults: LineDefaults): Origin {
  const time = json["time"] === undefined ? undefined : parseTime(textOf(json["time"], "time"));
  if (json["time"] !== undefined && time === undefined) {
    throw new LineError("time is none: it looks like 2026-01-02T03:04:05.678901Z");
  }
  return {
    place,
    ...(time === undefined ? {} : { time }),
    from: speakerOf(json["from"], defaults.from),
    to: speakerOf(json["to"], defaults.to),
    ...(json["sent"] === true ? { sent: true } : {}),
  };
}

function speakerOf(json: JsonValue | undefined, fallback: Speaker): Speaker {
  if (!isObject(json)) return fallback;
  const { address, asn } = json;
  const octets = address === undefined ? undefined : parseAddress(textOf(address, "address"));
  if (address !== undefined && octets === undefined) throw new LineError("address is none");
  return {
    ...(octets === undefined ? {} : { address: octets }),
    ...(typeof asn === "number" ? { asn } : {}),
  };
}

function textOf(value: JsonValue | undefined, name: string): string {
  if (typeof value !== "string") throw new LineError(`${name} is no text`);
  return value;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
