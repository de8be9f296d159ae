/** The flags of TCP MD5, and what they come to. */
import { md5Support } from "@netferry/kernel";
import { OperatorError, UsageError } from "@netferry/service/command-line";
import { linuxMd5, type Md5Kernel } from "./kernel.ts";

const ANY_INTERFACE = "any";

export const md5Options = {
  "enable-md5-support": {
    type: "bool",
    description:
      "TCP MD5 passwords of devices, with the keys from the registry; needs CAP_NET_RAW (or root) to see their connection attempts",
    env: ["KENTIK_ENABLE_MD5"],
  },
  "md5-listen-interface": {
    type: "string",
    description: "Network interface to see connection attempts on",
    placeholder: "NAME",
    default: ANY_INTERFACE,
  },
} as const;

export interface Md5Settings {
  /** Undefined for all interfaces. */
  readonly interface: string | undefined;
  readonly kernel: Md5Kernel;
}

/** Undefined where it is not enabled. Throws where this system has no TCP MD5, and where keys would travel readable. */
export function md5Settings(options: {
  readonly enableMd5Support: boolean;
  readonly md5ListenInterface: string;
  readonly insecure: boolean;
}): Md5Settings | undefined {
  if (!options.enableMd5Support) return undefined;
  if (options.insecure) {
    throw new UsageError(
      "--enable-md5-support and --insecure exclude each other: the devices' keys would travel readable",
    );
  }
  const support = md5Support();
  if (!support.available) {
    throw new OperatorError(`TCP MD5 (--enable-md5-support) can't be had: ${support.reason}`);
  }
  const { md5ListenInterface: name } = options;
  return { interface: name === ANY_INTERFACE ? undefined : name, kernel: linuxMd5 };
}
