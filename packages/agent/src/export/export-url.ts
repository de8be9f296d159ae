/** How exports are addressed where nothing else is said, and how an operator says it. */

/** The documented paths. */
export const LOGS_PATH = "/agents/v202204/logs";
export const METRICS_PATH = "/agents/v202204/metrics";

/** Reads an export's URL. Throws an `Error` that says what is expected. */
export function parseExportUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    throw new Error("expected an address such as https://ingest.example.net/agents/v202204/logs");
  }
  if (url.username !== "" || url.password !== "") {
    throw new Error("credentials don't belong into the address: the agent sends its own");
  }
  return url;
}
