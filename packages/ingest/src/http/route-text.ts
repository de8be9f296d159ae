import { familyName, formatPrefix, pathView } from "@netferry/bgp";
import type { Family } from "@netferry/bgp";
import type { AttributeTable, Path, Route } from "@netferry/rib";
import { ViewCache } from "./view-cache.ts";

/** The fields of an attribute set as JSON, without the braces around them. */
function attributeFields(bytes: Uint8Array): string {
  return JSON.stringify(pathView(bytes)).slice(1, -1);
}

/** Writes routes as JSON text, one object a path. Its cache lives as long as it does: one per answer. */
export class RouteText {
  readonly #views: ViewCache;
  readonly #familyText = new Map<Family, string>();

  constructor(attributes: AttributeTable) {
    this.#views = new ViewCache(attributes, attributeFields);
  }

  /** To be called while the path's attribute set is in the table: in the turn in which the RIB answered. */
  ofPath(route: Route, path: Path): string {
    const prefix = JSON.stringify(formatPrefix(route.family, route.nlri));
    const pathId = path.pathId === undefined ? "" : `"pathId":${path.pathId},`;
    const fields = this.#views.text(path.attributeId);
    return `{"prefix":${prefix},"family":${this.#family(route.family)},${pathId}${fields}${fields === "" ? "" : ","}"stale":${path.stale}}`;
  }

  #family(family: Family): string {
    let text = this.#familyText.get(family);
    if (text === undefined) {
      text = JSON.stringify(familyName(family));
      this.#familyText.set(family, text);
    }
    return text;
  }
}
