import { familyCodec } from "../family/registry.ts";
import { type Family, familyName } from "../family.ts";
import { readUint32 } from "../bytes.ts";
import { fieldsOf, opaque } from "./fields.ts";
import { branch, type WireBranch } from "./node.ts";
import { nlriReferences, Rfc } from "./references.ts";

const PATH_ID_LENGTH = 4;

/** The NLRI of a field one by one, as far as they can be told apart. `name`: of one of them. */
export function dissectNlri(
  name: string,
  family: Family,
  addPath: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): WireBranch[] {
  const codec = familyCodec(family);
  if (start === end) return [];
  if (codec === undefined) return [opaque(`NLRI of ${familyName(family)}`, bytes, start, end)];
  const nodes: WireBranch[] = [];
  let at = start;
  while (at < end) {
    const from = addPath ? at + PATH_ID_LENGTH : at;
    const next = from < end ? codec.end(bytes, from, end) : -1;
    if (next < 0) {
      const rest = opaque("unreadable", bytes, at, end);
      rest.problems.push(`no NLRI of ${familyName(family)} begins here`);
      if (codec.count(bytes, start, end, !addPath) >= 0) {
        rest.problems.push(`the field reads ${addPath ? "without" : "with"} path identifiers (ADD-PATH)`);
      }
      nodes.push(rest);
      break;
    }
    const value = codec.decode(bytes, from, next);
    const node = branch(name, at, next - at, {
      value: codec.format(bytes.subarray(0, next), from),
      reference: nlriReferences[value.kind],
    });
    if (addPath) {
      node.children.push(
        branch("pathId", at, PATH_ID_LENGTH, {
          value: `${readUint32(bytes, at)}`,
          reference: Rfc.pathIdentifier,
        }),
      );
    }
    node.children.push(
      ...fieldsOf(value.kind, value, (each, out) => codec.encode(each, out), bytes, from, next),
    );
    nodes.push(node);
    at = next;
  }
  return nodes;
}
