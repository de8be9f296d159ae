/** IPv4 and IPv6 addresses: text and octets. */

export function formatIPv4(bytes: Uint8Array, offset = 0): string {
  return `${bytes[offset]!}.${bytes[offset + 1]!}.${bytes[offset + 2]!}.${bytes[offset + 3]!}`;
}

/** RFC 5952: lower case, the longest run of two or more zero groups shortened, IPv4-mapped with dots. */
export function formatIPv6(bytes: Uint8Array, offset = 0): string {
  let bestStart = -1;
  let bestLength = 1; // a single zero group is not shortened
  let runStart = -1;
  for (let group = 0; group < 8; group++) {
    if ((bytes[offset + 2 * group]! | bytes[offset + 2 * group + 1]!) !== 0) {
      runStart = -1;
      continue;
    }
    if (runStart < 0) runStart = group;
    if (group - runStart + 1 > bestLength) {
      bestStart = runStart;
      bestLength = group - runStart + 1;
    }
  }
  if (bestStart === 0 && bestLength === 5 && (bytes[offset + 10]! & bytes[offset + 11]!) === 0xff) {
    return `::ffff:${formatIPv4(bytes, offset + 12)}`;
  }
  let text = "";
  for (let group = 0; group < 8; group++) {
    if (group === bestStart) {
      text += "::";
      group += bestLength - 1;
      continue;
    }
    if (group > 0 && !text.endsWith(":")) text += ":";
    text += ((bytes[offset + 2 * group]! << 8) | bytes[offset + 2 * group + 1]!).toString(16);
  }
  return text;
}

/** Four octets as IPv4, sixteen as IPv6; anything else in hexadecimal. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return formatIPv4(bytes);
  if (bytes.length === 16) return formatIPv6(bytes);
  return `0x${Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join("")}`;
}

/** Four or sixteen octets; undefined if the text is neither kind of address. No zone, no mask, no octal. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseIPv6(text) : parseIPv4(text);
}

/** A BGP identifier or router id, shown as an IPv4 address. */
export function formatIdentifier(identifier: number): string {
  return `${identifier >>> 24}.${(identifier >>> 16) & 255}.${(identifier >>> 8) & 255}.${identifier & 255}`;
}

/** The inverse of {@link formatIdentifier}. */
export function parseIdentifier(text: string): number | undefined {
  const octets = parseIPv4(text);
  return octets === undefined
    ? undefined
    : ((octets[0]! << 24) | (octets[1]! << 16) | (octets[2]! << 8) | octets[3]!) >>> 0;
}

function parseIPv4(text: string): Uint8Array | undefined {
  const parts = text.split(".", 5);
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (let i = 0; i < 4; i++) {
    const part = parts[i]!;
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[i] = Number(part);
  }
  return bytes;
}

function parseIPv6(text: string): Uint8Array | undefined {
  const halves = text.split("::", 3);
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const bytes = new Uint8Array(16);
  head.forEach((group, index) => writeGroup(bytes, index, group));
  tail.forEach((group, index) => writeGroup(bytes, 8 - tail.length + index, group));
  return bytes;
}

/** Colon-separated groups; an IPv4 address may stand for the last two at the very end of the text. */
function parseGroups(text: string, atEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":", 9);
  for (const [index, part] of parts.entries()) {
    if (atEnd && index === parts.length - 1 && part.includes(".")) {
      const embedded = parseIPv4(part);
      if (embedded === undefined) return undefined;
      groups.push((embedded[0]! << 8) | embedded[1]!, (embedded[2]! << 8) | embedded[3]!);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

function writeGroup(bytes: Uint8Array, index: number, group: number): void {
  bytes[2 * index] = group >>> 8;
  bytes[2 * index + 1] = group;
}
