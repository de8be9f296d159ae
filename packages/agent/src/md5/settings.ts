/** What the flags of TCP MD5 come to. */
import { md5Support } from "@netferry/kernel";
import { OperatorError, UsageError } from "@netferry/service/command-line";
import { linuxMd5, type Md5Kernel } from "./kernel.ts";
import { ANY_INTERFACE } from "./options.ts";

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
