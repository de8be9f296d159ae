import { addressText, normalPrefix } from "./normal.ts";
import { SeededRandom } from "./random.ts";
import {
  FAMILIES,
  ORIGINS,
  type AttributeSpec,
  type ExtendedCommunitySpec,
  type FamilyName,
  type RouteChange,
  type RouteSpec,
} from "./route.ts";

/** Every run originates the same routes. */
const SEED = 7606;
const ROUTES_PER_FAMILY = 200;
const WITHDRAWN_PER_FAMILY = 20;
const CHANGED_PER_FAMILY = 30;
const NEW_PER_FAMILY = 15;

/** Of RFC 5398 (documentation) and RFC 6996 (private), two and four octets. */
const ASNS = [64496, 64499, 64503, 64511, 64800, 65010, 65536, 65545, 65551, 4_200_000_017, 4_294_967_294];

/** Well-known communities that don't keep a route from an internal peer. */
const WELL_KNOWN_COMMUNITIES = ["65535:0", "65535:666", "65535:65281", "65535:65284"];

/** The kinds of administrator of an extended community: a 2-octet ASN, an IPv4 address, a 4-octet ASN. */
const ADMINISTRATORS = ["as2", "ipv4", "as4"] as const;
export type Administrator = (typeof ADMINISTRATORS)[number];

/** What a daemon can be told to originate; the table leaves out what it can't. */
export interface TableOptions {
  /** How many different sets of attributes the routes of one family share. */
  attributeSets: number;
  /** AS_SETs by configuration. */
  asSets: boolean;
  /** Whether MED can be left out. */
  medAbsent: boolean;
  /** Whether MED 0 is told from an absent MED. */
  medZero: boolean;
  /** Administrators of the route origins among the extended communities; route targets have all three. */
  routeOrigins: readonly Administrator[];
  /** Prefixes with host bits are taken and cleaned (or sent as they are). */
  hostBits: boolean;
  /** Restricted communities as well: NO_EXPORT would keep a route from an external peer. */
  noExport: boolean;
  families: readonly FamilyName[];
}

/** A device's first table and what it then does at run time. */
export interface Table {
  routes: readonly RouteSpec[];
  change: RouteChange;
  /** The table after the change. */
  changed: readonly RouteSpec[];
}

function asPath(random: SeededRandom, options: TableOptions): AttributeSpec["asPath"] {
  const length = random.chance(0.1) ? 0 : random.chance(0.1) ? random.integer(25, 40) : random.integer(1, 6);
  const path: (number | readonly number[])[] = [];
  while (path.length < length) {
    const asn = random.pick(ASNS);
    const repeats = random.chance(0.2) ? random.integer(2, 4) : 1;
    for (let copy = 0; copy < repeats; copy += 1) path.push(asn);
  }
  if (options.asSets && path.length > 0 && random.chance(0.2)) {
    path.push(random.sample(ASNS, random.integer(2, 4)));
  }
  return path;
}

function extendedCommunity(random: SeededRandom, options: TableOptions): ExtendedCommunitySpec {
  const administrator = random.pick(ADMINISTRATORS);
  const kind =
    options.routeOrigins.includes(administrator) && random.chance(0.5)
      ? ("origin" as const)
      : ("target" as const);
  if (administrator === "as2") {
    return { kind, administrator: random.integer(64496, 64511), value: random.integer(0, 0xffff_ffff) };
  }
  if (administrator === "ipv4")
    return { kind, administrator: "192.0.2.33", value: random.integer(0, 0xffff) };
  return { kind, administrator: random.integer(65536, 65551), value: random.integer(0, 0xffff) };
}

function several<T>(random: SeededRandom, chance: number, most: number, make: () => T): T[] {
  if (!random.chance(chance)) return [];
  return Array.from({ length: random.integer(1, most) }, make);
}

/** One set of path attributes. */
function attributeSet(random: SeededRandom, family: FamilyName, options: TableOptions): AttributeSpec {
  const nextHop =
    family === "ipv4-unicast"
      ? `192.0.2.${random.integer(1, 254)}`
      : `2001:db8:ffff::${random.integer(1, 0xfffe).toString(16)}`;
  const wellKnown = WELL_KNOWN_COMMUNITIES.filter((name) => options.noExport || name !== "65535:65281");
  const sendsMed = !options.medAbsent || random.chance(0.6);
  return {
    nextHop,
    origin: random.pick(ORIGINS),
    asPath: asPath(random, options),
    med: sendsMed ? random.pick([options.medZero ? 0 : 7, 1, 50, 4_294_967_295]) : undefined,
    localPref: random.chance(0.5) ? random.pick([0, 90, 100, 250, 4_294_967_295]) : undefined,
    communities: [
      ...several(random, 0.6, 8, () => `${random.integer(64496, 64511)}:${random.integer(0, 65535)}`),
      ...several(random, 0.3, 2, () => random.pick(wellKnown)),
    ].filter((community, at, all) => all.indexOf(community) === at),
    largeCommunities: several(random, 0.4, 4, () =>
      [random.pick(ASNS), random.integer(0, 0xffff_ffff), random.integer(0, 9)].join(":"),
    ),
    extendedCommunities: several(random, 0.4, 3, () => extendedCommunity(random, options)),
  };
}

/** A prefix as written: random host bits below its length are kept. */
function writtenPrefix(random: SeededRandom, family: FamilyName): string {
  if (family === "ipv4-unicast") {
    const length = random.pick([8, 12, 16, 19, 20, 22, 23, 24, 24, 24, 25, 29, 30, 31, 32]);
    const [first, low, high] = random.pick([
      [10, 0, 255],
      [172, 16, 31],
      [192, 168, 168],
      [198, 18, 19],
      [100, 64, 127],
    ] as const);
    const octets = [first, random.integer(low, high), random.integer(0, 255), random.integer(0, 255)];
    return `${addressText(octets)}/${length}`;
  }
  const length = random.pick([20, 29, 32, 36, 40, 44, 48, 48, 48, 56, 61, 64, 96, 126, 127, 128]);
  const head = random.chance(0.7) ? [0x20, 0x01, 0x0d, 0xb8] : [0xfd, 0x12, 0x34, random.integer(0, 255)];
  const tail = Array.from({ length: 12 }, () => random.integer(0, 255));
  return `${addressText([...head, ...tail])}/${length}`;
}

/** In every table, from start to end. */
const EDGES: Record<FamilyName, readonly string[]> = {
  "ipv4-unicast": ["0.0.0.0/0", "10.0.0.0/8", "203.0.113.255/32", "203.0.113.254/31", "128.0.0.0/1"],
  "ipv6-unicast": ["::/0", "2001:db8::/32", "2001:db8::1/128", "2001:db8::2/127", "8000::/1"],
};

function familyTable(random: SeededRandom, family: FamilyName, options: TableOptions): Table {
  const seen = new Set<string>();
  const sets = Array.from({ length: options.attributeSets }, () => attributeSet(random, family, options));
  const route = (written: string): RouteSpec | undefined => {
    const prefix = normalPrefix(written);
    if (seen.has(prefix)) return undefined;
    seen.add(prefix);
    const attributes = random.pick(sets);
    return {
      family,
      prefix,
      written: options.hostBits ? written : prefix,
      // OpenBGPD's table import takes no default route, so that one has a path which it can configure.
      attributes: prefix.endsWith("/0") ? { ...attributes, asPath: [] } : attributes,
    };
  };
  const routes: RouteSpec[] = [];
  const fill = (into: RouteSpec[], count: number): void => {
    while (into.length < count) {
      const made = route(writtenPrefix(random, family));
      if (made !== undefined) into.push(made);
    }
  };
  for (const edge of EDGES[family]) {
    const made = route(edge);
    if (made !== undefined) routes.push(made);
  }
  fill(routes, ROUTES_PER_FAMILY);

  const added: RouteSpec[] = [];
  fill(added, NEW_PER_FAMILY);
  const touchable = routes.filter((one) => !EDGES[family].includes(one.prefix));
  const touched = random.sample(touchable, WITHDRAWN_PER_FAMILY + CHANGED_PER_FAMILY);
  const withdraw = random.sample(touched, WITHDRAWN_PER_FAMILY);
  const others = Array.from({ length: Math.ceil(options.attributeSets / 4) }, () =>
    attributeSet(random, family, options),
  );
  const changed = touched
    .filter((one) => !withdraw.includes(one))
    .map(({ prefix, written }) => ({
      family,
      prefix,
      written,
      attributes: random.pick(others),
    }));
  const kept = routes.filter((one) => !touched.includes(one));
  return {
    routes,
    change: { announce: [...changed, ...added], withdraw },
    changed: [...kept, ...changed, ...added],
  };
}

/** The table of one device. `seed` differs between devices so that their tables do, too. */
export function makeTable(seed: number, options: TableOptions): Table {
  const parts = FAMILIES.filter((family) => options.families.includes(family)).map((family) =>
    familyTable(new SeededRandom(SEED * 1000 + seed * 10 + FAMILIES.indexOf(family)), family, options),
  );
  return {
    routes: parts.flatMap((part) => part.routes),
    change: {
      announce: parts.flatMap((part) => part.change.announce),
      withdraw: parts.flatMap((part) => part.change.withdraw),
    },
    changed: parts.flatMap((part) => part.changed),
  };
}
