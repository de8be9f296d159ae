import { familyName, formatPrefix, pathView } from "@netferry/bgp";
import type { Family } from "@netferry/bgp";
import type { AttributeTable, Path, Route } from "@netferry/rib";
import { ViewCache } from "./view-cache.ts";
import type { StaleView } from "./view.ts";

/** The fields of an attribute set as JSON, without the braces around them. */
function attributeFields(bytes: Uint8Array): string {
  return JSON.stringify(pathView(bytes)).slice(1, -1);
}

/** Writes routes as JSON text, one object a path. Its cache lives as long as it does: one per answer. */
export class RouteText {
  readonly #views: ViewCache;
  readonly #familyText = new Map<Family, string>();
  readonly #staleMark: (family: Family) => StaleView | undefined;
  readonly #awayMark: (family: Family) => StaleView | undefined;

  /**
   * @param staleMark of the stale paths of the table that is listed
   * @param awayMark of all its paths
   */
  constructor(
    attributes: AttributeTable,
    staleMark: (family: Family) => StaleView | undefined,
    awayMark: (family: Family) => StaleView | undefined,
  ) {
    this.#staleMark = staleMark;
    this.#awayMark = awayMark;
    this.#views = new ViewCache(attributes, attributeFields);
  }

  /** To be called while the path's attribute set is in the table: in the turn in which the RIB answered. */
  ofPath(route: Route, path: Path): string {
    const prefix = JSON.stringify(formatPrefix(route.family, route.nlri));
    const pathId = path.pathId === undefined ? "" : `"pathId":${path.pathId},`;
    const fields = this.#views.text(path.attributeId);
    return `{"prefix":${prefix},"family":${this.#family(route.family)},${pathId}${fields}${fields === "" ? "" : ","}${this.#stale(route.family, path)}}`;
  }

  #stale(family: Family, { stale }: Path): string {
    const mark = (stale ? this.#staleMark(family) : undefined) ?? this.#awayMark(family);
    return mark === undefined
      ? `"stale":${stale}`
      : `"stale":true,"staleSince":${JSON.stringify(mark.since)},"staleCause":${JSON.stringify(mark.cause)}`;
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
