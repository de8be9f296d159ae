import { NamespaceHttp } from "../../interop/lib/api.ts";
import {
  type DeviceJson,
  NETFERRY,
  normalFromIngest,
  type RouteJson,
  type SessionJson,
} from "../../interop/lib/collector.ts";
import type { Namespace } from "../../interop/lib/lab.ts";
import type { NormalRoute } from "../../interop/lib/route.ts";
import { ensure, eventually } from "../../interop/lib/wait.ts";
import { Restartable } from "./restartable.ts";

export interface Credentials {
  readonly email: string;
  readonly token: string;
  readonly ca: string;
}

export interface IngestPlace {
  readonly name: string;
  readonly namespace: Namespace;
  /** Made at the first start. */
  readonly dataDir: string;
  /** Where agents reach it. */
  readonly relay: string;
  readonly httpPort: number;
  /** Written at the first start of a directory without an account. */
  readonly credentialsFile: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A session as the API shows it, with what takeover does to it. */
export interface HeldSession extends SessionJson {
  detached: boolean;
  standby: boolean;
  holdTime: number;
  counters: SessionJson["counters"] & {
    updates: number;
    announced: number;
    withdrawn: number;
    routeRefreshesSent: number;
  };
}

/** One ingest: its process and its API. */
export class IngestNode {
  readonly place: IngestPlace;
  readonly program: Restartable;
  #api: NamespaceHttp | undefined;

  constructor(place: IngestPlace) {
    this.place = place;
    const { name, namespace, dataDir, relay, httpPort, credentialsFile, env } = place;
    this.program = new Restartable(
      name,
      namespace,
      [NETFERRY, "ingest", "--data-dir", dataDir, "--router-id", "10.98.0.1"].concat(
        ["--relay-listen", relay, "--http-listen", `127.0.0.1:${httpPort}`],
        ["--write-credentials", credentialsFile],
      ),
      env,
    );
  }

  /** Makes the API reachable from outside of the namespace; once, since it outlives the process. */
  openApi({ email, token }: Credentials): void {
    const { namespace, name, httpPort } = this.place;
    this.#api = new NamespaceHttp(namespace, `${name}-api`, httpPort, {
      "x-ch-auth-email": email,
      "x-ch-auth-api-token": token,
    });
  }

  get api(): NamespaceHttp {
    ensure(this.#api !== undefined, "the API was not opened");
    return this.#api;
  }

  /** Waits until the API answers. */
  async ready(): Promise<void> {
    await eventually(`${this.place.name} answers`, async () => {
      ensure(
        this.program.runs,
        `${this.place.name} ended: ${this.program.process.ended ?? ""}\n${this.program.process.tail()}`,
      );
      await this.api.json("/api/v1/status");
    });
  }

  async device(name: string): Promise<DeviceJson> {
    return (await this.api.json(`/api/v1/devices/${name}`)) as DeviceJson;
  }

  async sessions(name: string): Promise<HeldSession[]> {
    const answer = (await this.api.json(`/api/v1/devices/${name}/sessions`)) as { sessions: HeldSession[] };
    return answer.sessions;
  }

  /** The device's table in normal form, and how many of its paths are marked stale. */
  async routes(name: string): Promise<{ routes: NormalRoute[]; stale: number }> {
    const paths = (await this.api.lines(`/api/v1/devices/${name}/routes`)) as RouteJson[];
    return { routes: paths.map(normalFromIngest), stale: paths.filter(({ stale }) => stale).length };
  }
}
