/** Counted since the API was made; read at scrape. */
export interface HttpStats {
  /** By status class: `2xx` to `5xx`. */
  readonly requests: Record<"2xx" | "3xx" | "4xx" | "5xx", number>;
  /** Refused for want of credentials, or for wrong ones. */
  unauthorized: number;
  /** Refused because too many route listings were under way. */
  busy: number;
  /** Route listings under way now. */
  listings: number;
  /** Listings that the client left before their end. */
  listingsAbandoned: number;
  /** Routes sent, over all listings and answers. */
  routes: number;
}

export function createHttpStats(): HttpStats {
  return {
    requests: { "2xx": 0, "3xx": 0, "4xx": 0, "5xx": 0 },
    unauthorized: 0,
    busy: 0,
    listings: 0,
    listingsAbandoned: 0,
    routes: 0,
  };
}

/** Counts one answer. @param status 200 to 599 */
export function countRequest(stats: HttpStats, status: number): void {
  if (status < 300) stats.requests["2xx"] += 1;
  else if (status < 400) stats.requests["3xx"] += 1;
  else if (status < 500) stats.requests["4xx"] += 1;
  else stats.requests["5xx"] += 1;
}
