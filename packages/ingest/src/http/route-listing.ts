import { originAsOf } from "@netferry/bgp";
import type { Family } from "@netferry/bgp";
import type { AttributeTable, Path, RibTable, Route } from "@netferry/rib";
import type { RoutePosition } from "./route-position.ts";
import type { RouteQuestion } from "./route-query.ts";
import { RouteText } from "./route-text.ts";

/** Prefixes asked of the RIB at once, which is what happens in one turn of the event loop. */
export const PREFIXES_PER_TURN = 1_000;
/** A turn ends early when its text has this many characters. */
export const MAX_CHARACTERS_PER_TURN = 512 * 1024;

/** What one turn of a listing found. */
export interface Turn {
  /** One JSON object a path. */
  readonly routes: readonly string[];
  readonly characters: number;
  /** Behind the last prefix of `routes`; undefined at the end of the table. */
  readonly next: RoutePosition | undefined;
}

export interface ListingOptions {
  readonly attributes: AttributeTable;
  readonly question: RouteQuestion;
  /** Only routes of this origin AS. */
  readonly origin?: number | undefined;
}

/**
 * Answers a question about one table in turns that are short enough for the event loop of a server that
 * speaks BGP. A prefix's paths are never split over two turns. Between turns the table may change:
 * a route that comes or goes meanwhile may be missed or shown, every other is shown once.
 */
export class RouteListing {
  readonly #attributes: AttributeTable;
  readonly #question: RouteQuestion;
  readonly #origin: number | undefined;
  readonly #text: RouteText;

  constructor(options: ListingOptions) {
    this.#attributes = options.attributes;
    this.#question = options.question;
    this.#origin = options.origin;
    this.#text = new RouteText(options.attributes);
  }

  /** @param limit end the turn at the first prefix that brings it to so many routes */
  turn(table: RibTable, after: RoutePosition | undefined, limit: number): Turn {
    const question = this.#question;
    switch (question.kind) {
      case "exact": {
        const paths = table.exact(question.family, question.nlri);
        return this.#single({ family: question.family, nlri: question.nlri, paths });
      }
      case "longest":
        return this.#single(table.lookup(question.family, question.address));
      case "walk":
        return this.#walk(table, question, after, limit);
    }
  }

  #single(route: Route | undefined): Turn {
    const routes = route === undefined ? [] : this.#pathsOf(route);
    return { routes, characters: lengthOf(routes), next: undefined };
  }

  #walk(
    table: RibTable,
    question: Extract<RouteQuestion, { kind: "walk" }>,
    after: RoutePosition | undefined,
    limit: number,
  ): Turn {
    const family = this.#familyFrom(table, question, after);
    if (family === undefined) return { routes: [], characters: 0, next: undefined };
    const page = table.walk(family, {
      limit: PREFIXES_PER_TURN,
      ...(after?.family === family && after.nlri.length > 0 ? { after: after.nlri } : {}),
      ...(question.within === undefined ? {} : { within: question.within }),
    });
    const routes: string[] = [];
    let characters = 0;
    for (const [index, route] of page.routes.entries()) {
      const found = this.#pathsOf(route);
      routes.push(...found);
      characters += lengthOf(found);
      const last = index === page.routes.length - 1;
      if (!last && (routes.length >= limit || characters >= MAX_CHARACTERS_PER_TURN)) {
        return { routes, characters, next: { family, nlri: route.nlri } };
      }
    }
    const lastRoute = page.routes.at(-1);
    if (page.next !== undefined && lastRoute !== undefined) {
      return { routes, characters, next: { family, nlri: lastRoute.nlri } };
    }
    return { routes, characters, next: this.#startOfFamilyAfter(table, question, family) };
  }

  #pathsOf(route: Route): string[] {
    const texts: string[] = [];
    for (const path of route.paths) {
      if (this.#matches(path)) texts.push(this.#text.ofPath(route, path));
    }
    return texts;
  }

  #matches(path: Path): boolean {
    return (
      this.#origin === undefined || originAsOf(this.#attributes.bytes(path.attributeId)) === this.#origin
    );
  }

  /** The family that a turn is about; undefined when there is none left. */
  #familyFrom(
    table: RibTable,
    question: Extract<RouteQuestion, { kind: "walk" }>,
    after: RoutePosition | undefined,
  ): Family | undefined {
    if (question.family !== undefined) return question.family;
    return familiesInOrder(table).find((family) => after === undefined || family >= after.family);
  }

  #startOfFamilyAfter(
    table: RibTable,
    question: Extract<RouteQuestion, { kind: "walk" }>,
    family: Family,
  ): RoutePosition | undefined {
    if (question.family !== undefined) return undefined;
    const next = familiesInOrder(table).find((other) => other > family && table.routeCount(other) > 0);
    return next === undefined ? undefined : { family: next, nlri: new Uint8Array(0) };
  }
}

function familiesInOrder(table: RibTable): Family[] {
  return [...table.families()].sort((a, b) => a - b);
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
