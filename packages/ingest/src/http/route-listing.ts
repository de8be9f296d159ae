import { originAsOf } from "@netferry/bgp";
import type { Family } from "@netferry/bgp";
import type { AttributeTable, Route, WalkOptions } from "@netferry/rib";
import type { RoutePosition } from "./route-position.ts";
import type { RouteQuestion } from "./route-query.ts";
import { RouteText } from "./route-text.ts";
import type { RouteTable, StaleView } from "./view.ts";

/** Prefixes asked of the RIB at once, which is what happens in one turn of the event loop. */
export const PREFIXES_PER_TURN = 500;
/** Prefixes looked at in one turn when most are passed over. */
export const VISITS_PER_TURN = 10_000;
/** A turn ends early when its text has this many characters. */
export const MAX_CHARACTERS_PER_TURN = 512 * 1024;

type Walk = Extract<RouteQuestion, { kind: "walk" }>;

/** What one turn of a listing found. */
export interface Turn {
  /** One JSON object a path. */
  readonly routes: readonly string[];
  readonly characters: number;
  /** Where the next turn goes on; undefined at the end of the table. */
  readonly next: RoutePosition | undefined;
}

export interface ListingOptions {
  readonly attributes: AttributeTable;
  readonly question: RouteQuestion;
  readonly staleMark: (family: Family) => StaleView | undefined;
  readonly awayMark: (family: Family) => StaleView | undefined;
  /** Only routes of this origin AS. */
  readonly origin?: number | undefined;
}

/**
 * Answers a question about one table in turns that are short enough for the event loop of a server that
 * speaks BGP. A prefix's paths are never split over two turns. Between turns the table may change:
 * a route that comes or goes meanwhile may be missed or shown, every other is shown once.
 */
export class RouteListing {
  readonly #question: RouteQuestion;
  readonly #passes: (attributeId: number) => boolean;
  readonly #filters: boolean;
  readonly #text: RouteText;

  constructor({ attributes, question, origin, staleMark, awayMark }: ListingOptions) {
    this.#question = question;
    this.#filters = origin !== undefined;
    this.#passes = (attributeId) => originAsOf(attributes.bytes(attributeId)) === origin;
    this.#text = new RouteText(attributes, staleMark, awayMark);
  }

  /** @param limit end the turn at the first prefix that brings it to so many routes */
  turn(table: RouteTable, after: RoutePosition | undefined, limit: number): Turn {
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
    if (route === undefined) return { routes: [], characters: 0, next: undefined };
    const paths = this.#filters ? route.paths.filter((path) => this.#passes(path.attributeId)) : route.paths;
    const routes = paths.map((path) => this.#text.ofPath(route, path));
    return { routes, characters: lengthOf(routes), next: undefined };
  }

  #walk(table: RouteTable, question: Walk, after: RoutePosition | undefined, limit: number): Turn {
    const family = familyFrom(table, question, after);
    if (family === undefined) return { routes: [], characters: 0, next: undefined };
    const options: WalkOptions = {
      after: after?.family === family ? after.cursor : undefined,
      within: question.within,
      limit: Math.min(limit, PREFIXES_PER_TURN),
      attributes: this.#filters ? this.#passes : undefined,
      visits: VISITS_PER_TURN,
    };
    const page = table.walk(family, options);
    const routes: string[] = [];
    let characters = 0;
    for (const [index, route] of page.routes.entries()) {
      for (const path of route.paths) {
        const text = this.#text.ofPath(route, path);
        routes.push(text);
        characters += text.length;
      }
      const enough = routes.length >= limit || characters >= MAX_CHARACTERS_PER_TURN;
      if (enough && index < page.routes.length - 1) {
        // The RIB makes cursors, so it is asked for the one behind this prefix; nothing has changed yet.
        const { next: cursor } = table.walk(family, { ...options, limit: index + 1 });
        return { routes, characters, next: { family, cursor } };
      }
    }
    if (page.next !== undefined) return { routes, characters, next: { family, cursor: page.next } };
    return { routes, characters, next: startOfFamilyAfter(table, question, family) };
  }
}

/** The family that a turn is about; undefined when there is none left. */
function familyFrom(table: RouteTable, question: Walk, after: RoutePosition | undefined): Family | undefined {
  if (question.family !== undefined) return question.family;
  return familiesInOrder(table).find((family) => after === undefined || family >= after.family);
}

function startOfFamilyAfter(table: RouteTable, question: Walk, family: Family): RoutePosition | undefined {
  if (question.family !== undefined) return undefined;
  const next = familiesInOrder(table).find((other) => other > family && table.routeCount(other) > 0);
  return next === undefined ? undefined : { family: next, cursor: undefined };
}

function familiesInOrder(table: RouteTable): Family[] {
  return [...table.families()].sort((a, b) => a - b);
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
