import { AttributeCode, OPTIONAL_NON_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";
import { readUint32List, writeUint32List } from "./uint32-list.ts";

/** RFC 4456 section 8. */
export interface ClusterListAttribute extends AttributeBase<"cluster-list"> {
  readonly identifiers: readonly number[];
}

export const clusterList: AttributeCodec<ClusterListAttribute> = {
  code: AttributeCode.clusterList,
  type: "cluster-list",
  flags: OPTIONAL_NON_TRANSITIVE,
  unitLength: 4,
  decode: (bytes, start, end) => ({ type: "cluster-list", identifiers: readUint32List(bytes, start, end) }),
  encode(attribute, out) {
    writeUint32List(attribute.identifiers, out);
  },
};
