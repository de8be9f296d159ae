import { readdirSync, readFileSync } from "node:fs";
import { type CodecContext, codecContext, type Family, fromHex, parseAddress } from "@netferry/bgp";
import {
  type ExabgpNeighbor,
  type ExabgpSession,
  type JsonValue,
  parseExabgpFamily,
  readJson,
} from "@netferry/formats";
import { data, skipWithoutData } from "./files.ts";

/** A step of a script: a command, the message that it leads to, the message's JSON. */
export interface ExabgpStep {
  readonly command: string | undefined;
  readonly raw: Uint8Array;
  readonly json: { readonly version: 4 | 6; readonly value: JsonValue }[];
}

export interface ExabgpScript {
  readonly name: string;
  readonly context: CodecContext;
  readonly session: ExabgpSession;
  readonly steps: readonly ExabgpStep[];
}

function names(folder: string): string[] {
  return skipWithoutData === false ? readdirSync(`${data}exabgp-qa/${folder}`) : [];
}

export function encodingScripts(): ExabgpScript[] {
  return names("encoding").map((name) => parseScript(`${data}exabgp-qa`, name));
}

/** A script of a folder that has `encoding` and `etc` in it. */
export function parseScript(folder: string, name: string): ExabgpScript {
  const script = readFileSync(`${folder}/encoding/${name}`, "utf8");
  const file = /^option:file:(\S+)$/m.exec(script)?.[1] ?? "";
  const configuration = readFileSync(`${folder}/etc/${file}`, "utf8");
  return {
    name,
    context: contextOf(configuration),
    session: sessionOf(configuration),
    steps: stepsOf(script),
  };
}

function sessionOf(configuration: string): ExabgpSession {
  const asn = (word: string): number => Number(new RegExp(`${word}\\s+(\\d+)`).exec(configuration)?.[1] ?? 0);
  const localAddress = parseAddress(/local-address\s+([^\s;]+)/.exec(configuration)?.[1] ?? "");
  return {
    localAsn: asn("local-as"),
    peerAsn: asn("peer-as"),
    ...(localAddress === undefined ? {} : { localAddress }),
  };
}

/** The session's context, of the sections of ExaBGP's configuration that change how messages are read. */
function contextOf(configuration: string): CodecContext {
  const capability = section(configuration, "capability");
  const listed = section(configuration, "add-path");
  const families = familiesIn(listed === "" ? section(configuration, "family") : listed);
  const addPath: ReadonlySet<Family> = new Set(/add-path\s+send/.test(capability) ? families : []);
  return codecContext({
    fourOctetAs: !/asn4\s+(?:disable|false)/.test(capability),
    addPathReceive: addPath,
    addPathSend: addPath,
  });
}

function section(configuration: string, name: string): string {
  return new RegExp(`\\b${name}\\s*\\{([^}]*)\\}`).exec(configuration)?.[1] ?? "";
}

function familiesIn(text: string): Family[] {
  return text
    .split(";")
    .map((line) => parseExabgpFamily(line.trim().split(/\s+/).slice(0, 2).join(" ")))
    .filter((family) => family !== undefined);
}

function stepsOf(script: string): ExabgpStep[] {
  const steps: ExabgpStep[] = [];
  let command: string | undefined;
  for (const line of script.split("\n")) {
    const match = /^\d+:(cmd|raw|json|jsv4|jsv6):(.*)$/.exec(line);
    if (match === null) continue;
    const [, kind, text = ""] = match;
    if (kind === "cmd") command = text;
    else if (kind === "raw") {
      const raw = fromHex(text.trim());
      if (raw === undefined) throw new Error(`not hexadecimal: ${text}`);
      steps.push({ command, raw, json: [] });
      command = undefined;
    } else {
      const value = readJson(text);
      if (value === undefined) throw new Error(`no JSON: ${text}`);
      steps.at(-1)?.json.push({ version: kind === "jsv4" ? 4 : 6, value });
    }
  }
  return steps;
}

export interface ExabgpDecoding {
  readonly name: string;
  readonly kind: "open" | "update" | "nlri";
  readonly family: Family | undefined;
  /** A message with its header, or a bare NLRI. */
  readonly bytes: Uint8Array;
  readonly json: JsonValue;
}

const TYPES = { open: 1, update: 2 } as const;

export function decodingFiles(): ExabgpDecoding[] {
  return names("decoding").map((name) => {
    const [head = "", hex = "", ...rest] = readFileSync(`${data}exabgp-qa/decoding/${name}`, "utf8").split(
      "\n",
    );
    const [word = "", afi = "", safi = ""] = head.trim().split(" ");
    const kind = word === "open" || word === "nlri" ? word : "update";
    const bytes = fromHex(hex);
    const json = readJson(rest.join("\n"));
    if (bytes === undefined || json === undefined) throw new Error(`${name} is in no form known`);
    const family = parseExabgpFamily(`${afi} ${safi}`);
    return { name, kind, family, json, bytes: kind === "nlri" ? bytes : withHeader(bytes, TYPES[kind]) };
  });
}

/** Some of the files leave the header away. */
function withHeader(bytes: Uint8Array, type: number): Uint8Array {
  if (bytes.subarray(0, 16).every((octet) => octet === 0xff)) return bytes;
  const message = new Uint8Array(19 + bytes.length).fill(0xff, 0, 16);
  message[16] = message.length >>> 8;
  message[17] = message.length;
  message[18] = type;
  message.set(bytes, 19);
  return message;
}

/** The neighbour of a line of ExaBGP's JSON. */
export function neighborOf(json: JsonValue): ExabgpNeighbor {
  const { neighbor } = json as {
    neighbor: {
      address: { local: string; peer: string };
      asn: { local: number; peer: number };
      "router-id": string;
    };
  };
  return {
    localAddress: neighbor.address.local,
    peerAddress: neighbor.address.peer,
    localAsn: neighbor.asn.local,
    peerAsn: neighbor.asn.peer,
    routerId: neighbor["router-id"],
  };
}

const OF_THE_PROCESS: ReadonlySet<string> = new Set(["exabgp", "time", "host", "pid", "ppid", "counter"]);

/** Without what tells of the process that wrote it; numbers compare by value. */
export function comparable(value: JsonValue): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, member: unknown) =>
      OF_THE_PROCESS.has(key) ? undefined : typeof member === "bigint" ? `${member}n` : member,
    ),
  );
}
