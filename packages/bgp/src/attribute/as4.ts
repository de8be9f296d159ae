import type { AsPathSegment } from "./as-path-segments.ts";
import { AS_TRANS } from "./as-path-segments.ts";
import type { Attribute, KnownAttribute } from "./attribute.ts";

/**
 * Puts the attributes of a two-octet session into the form of a four-octet one (RFC 6793 section 4.2.3):
 * AS4_PATH and AS4_AGGREGATOR are merged into AS_PATH and AGGREGATOR, and leave the list.
 */
export function mergeAs4(attributes: readonly Attribute[]): Attribute[] {
  const aggregator = find(attributes, "aggregator");
  const as4Aggregator = find(attributes, "as4-aggregator");
  // A last aggregator that is not AS_TRANS did not know of AS4_*: what is in them is out of date.
  const outdated = aggregator !== undefined && as4Aggregator !== undefined && aggregator.asn !== AS_TRANS;
  const as4Path = outdated ? undefined : find(attributes, "as4-path");
  const merged: Attribute[] = [];
  for (const attribute of attributes) {
    if (attribute.type === "as4-path" || attribute.type === "as4-aggregator") continue;
    if (attribute.type === "as-path" && as4Path !== undefined) {
      merged.push({ ...attribute, segments: mergePaths(attribute.segments, as4Path.segments) });
    } else if (attribute.type === "aggregator" && as4Aggregator !== undefined && !outdated) {
      merged.push({ ...attribute, asn: as4Aggregator.asn, address: as4Aggregator.address });
    } else {
      merged.push(attribute);
    }
  }
  return merged;
}

/**
 * Adds what a two-octet peer needs to carry four-octet AS numbers along (RFC 6793 section 4.2.2): AS4_PATH
 * if the path has such a number, AS4_AGGREGATOR if the aggregator has.
 */
export function splitAs4(attributes: readonly Attribute[]): Attribute[] {
  const split = [...attributes];
  const path = find(attributes, "as-path")?.segments ?? [];
  const segments = path.filter((segment) => !isConfederation(segment));
  if (segments.some((segment) => segment.asns.some((asn) => asn > 0xffff))) {
    split.push({ type: "as4-path", segments });
  }
  const aggregator = find(attributes, "aggregator");
  if (aggregator !== undefined && aggregator.asn > 0xffff) {
    split.push({ type: "as4-aggregator", asn: aggregator.asn, address: aggregator.address });
  }
  return split;
}

/** As many leading AS numbers of the AS_PATH as it has more, then the AS4_PATH. */
function mergePaths(
  path: readonly AsPathSegment[],
  as4WithConfederations: readonly AsPathSegment[],
): readonly AsPathSegment[] {
  const as4Path = as4WithConfederations.filter((segment) => !isConfederation(segment));
  let excess = pathLength(path) - pathLength(as4Path);
  if (as4Path.length === 0 || excess < 0) return path;
  const merged: AsPathSegment[] = [];
  for (const segment of path) {
    // A confederation's segment goes along if it leads or is next to one that does.
    if (isConfederation(segment)) {
      merged.push(segment);
      continue;
    }
    if (excess === 0) break;
    if (segment.type === "set") {
      merged.push(segment);
      excess -= 1;
    } else {
      const taken = segment.asns.slice(0, excess);
      merged.push({ type: segment.type, asns: taken });
      excess -= taken.length;
      if (taken.length < segment.asns.length) break;
    }
  }
  return joinSequences(merged, as4Path);
}

/** Two sequences that meet are one, as long as it has room: so the path reads as the four-octet speakers sent it. */
function joinSequences(head: AsPathSegment[], tail: readonly AsPathSegment[]): AsPathSegment[] {
  const last = head.at(-1);
  const first = tail[0];
  const joins =
    last?.type === "sequence" && first?.type === "sequence" && last.asns.length + first.asns.length <= 255;
  if (!joins) return [...head, ...tail];
  return [...head.slice(0, -1), { type: "sequence", asns: [...last.asns, ...first.asns] }, ...tail.slice(1)];
}

/** A set counts as one, a confederation's segment as none (RFC 4271 section 9.1.2.2, RFC 5065 section 5.3). */
function pathLength(segments: readonly AsPathSegment[]): number {
  let length = 0;
  for (const segment of segments) {
    if (segment.type === "sequence") length += segment.asns.length;
    else if (segment.type === "set") length += 1;
  }
  return length;
}

function isConfederation(segment: AsPathSegment): boolean {
  return segment.type === "confed-sequence" || segment.type === "confed-set";
}

function find<T extends KnownAttribute["type"]>(
  attributes: readonly Attribute[],
  type: T,
): Extract<KnownAttribute, { type: T }> | undefined {
  return attributes.find(
    (attribute): attribute is Extract<KnownAttribute, { type: T }> => attribute.type === type,
  );
}
