/** Metrics of a process, read as Prometheus does. */
import { get } from "node:http";

export class Scrape {
  readonly #values: ReadonlyMap<string, number>;

  private constructor(values: ReadonlyMap<string, number>) {
    this.#values = values;
  }

  static async of(url: string): Promise<Scrape> {
    const values = new Map<string, number>();
    for (const line of (await text(url)).split("\n")) {
      const space = line.lastIndexOf(" ");
      if (!line.startsWith("#") && space > 0) values.set(line.slice(0, space), Number(line.slice(space + 1)));
    }
    return new Scrape(values);
  }

  /** A series' value; 0 where it is not there. `labels` as the text has them: `kind="x"`. */
  value(name: string, labels?: string): number {
    return this.#values.get(labels === undefined ? name : `${name}{${labels}}`) ?? 0;
  }

  /** The series of a metric that are not 0, by the value of their only label. */
  byLabel(name: string): Record<string, number> {
    const found: Record<string, number> = {};
    for (const [series, value] of this.#values) {
      if (value === 0 || !series.startsWith(`${name}{`)) continue;
      found[/="([^"]*)"/.exec(series)?.[1] ?? ""] = value;
    }
    return found;
  }
}

function text(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // A connection of its own: one that is kept may be closed by the time of the next look.
    get(url, { agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(Buffer.concat(chunks).toString("utf8"));
        else reject(new Error(`${url} answers ${answer.statusCode}`));
      });
    }).on("error", reject);
  });
}
