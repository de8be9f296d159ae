import {
  type Attribute,
  attributeName,
  endOfRibFamily,
  type Family,
  familyName,
  formatIdentifier,
  formatNlri,
  encodeAttributes,
  IPV4_UNICAST,
  type Message,
  type Nlri,
  notificationText,
  openAsn,
  openCapabilities,
  pathView,
  RefreshSubtype,
  type UpdateMessage,
} from "@netferry/bgp";

/** Routes of one kind that a line shows; it says how many more there are. */
const MAX_ROUTES = 200;

/** What a message says, on one line. */
export function messageText(message: Message): string {
  switch (message.type) {
    case "open": {
      const names = openCapabilities(message).map((each) =>
        each.kind === "multiprotocol"
          ? familyName(each.family)
          : each.kind === "unknown"
            ? `capability ${each.code}`
            : each.kind,
      );
      const identifier = formatIdentifier(message.bgpIdentifier);
      return `AS ${openAsn(message)}, identifier ${identifier}, hold time ${message.holdTime} s; ${names.join(", ")}`;
    }
    case "update":
      return updateText(message);
    case "notification":
      return notificationText(message);
    case "keepalive":
      return "";
    case "route-refresh": {
      const { begin, end } = RefreshSubtype;
      const kind = message.subtype === begin ? "BoRR" : message.subtype === end ? "EoRR" : "request";
      return `${kind} ${familyName(message.family)}`;
    }
  }
}

function updateText(update: UpdateMessage): string {
  const endOfRib = endOfRibFamily(update);
  if (endOfRib !== undefined) return `End-of-RIB ${familyName(endOfRib)}`;
  const withdrawn = [routesText(IPV4_UNICAST, update.withdrawn)];
  const announced = [routesText(IPV4_UNICAST, update.nlri)];
  for (const attribute of update.attributes) {
    if (attribute.type === "mp-unreach") withdrawn.push(familyText(attribute));
    if (attribute.type === "mp-reach") announced.push(familyText(attribute));
  }
  const parts: string[] = [];
  const add = (verb: string, texts: readonly string[]): void => {
    const some = texts.filter((text) => text !== "");
    if (some.length > 0) parts.push(`${verb} ${some.join(", ")}`);
  };
  add("withdraw", withdrawn);
  add("announce", announced);
  const path = pathText(update.attributes);
  if (path !== "") parts.push(path);
  return parts.join("; ");
}

/** Of another family than IPv4 and IPv6 unicast with its name in front. */
function familyText({ family, nlri }: { readonly family: Family; readonly nlri: readonly Nlri[] }): string {
  const routes = routesText(family, nlri);
  const named = nlri.length > 0 && /^ipv[46]-unicast$/.test(familyName(family));
  return named ? routes : `${familyName(family)} ${routes}`.trimEnd();
}

function routesText(family: Family, routes: readonly Nlri[]): string {
  const shown = routes.slice(0, MAX_ROUTES).map((route) => routeText(family, route));
  if (routes.length > MAX_ROUTES) shown.push(`and ${routes.length - MAX_ROUTES} more`);
  return shown.join(", ");
}

export function routeText(family: Family, { pathId, bytes }: Nlri): string {
  const text = formatNlri(family, bytes);
  return pathId === undefined ? text : `${text} path-id ${pathId}`;
}

/** What the attributes say of a path, on one line. */
export function pathText(attributes: readonly Attribute[]): string {
  // NLRI are told elsewhere, and may be many.
  const bare: Attribute[] = [];
  for (const each of attributes) {
    if (each.type === "mp-reach") bare.push({ ...each, nlri: [] });
    else if (each.type !== "mp-unreach") bare.push(each);
  }
  const view = pathView(encodeAttributes(bare));
  const parts: string[] = [];
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== "") parts.push(`${name} ${value}`);
  };
  add("next hop", view.nextHops.join(" "));
  add("path", view.asPathText);
  add("origin", view.origin);
  add("MED", view.med);
  add("local-pref", view.localPref);
  if (view.atomicAggregate === true) parts.push("atomic");
  if (view.aggregator !== undefined) add("aggregator", `${view.aggregator.asn} ${view.aggregator.address}`);
  add("communities", view.communities?.join(" "));
  add("large", view.largeCommunities?.join(" "));
  add("extended", view.extendedCommunities?.join(" "));
  add("originator", view.originatorId);
  add("clusters", view.clusterList?.join(" "));
  add("otc", view.otc);
  add("also", view.unknown?.map(({ code }) => attributeName(code)).join(" "));
  return parts.join(", ");
}
