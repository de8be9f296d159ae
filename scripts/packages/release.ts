/** What all packages of one build share. */
export interface Release {
  /** Of the program. */
  readonly version: string;
  /** Of the packages of that version, from 1. */
  readonly revision: number;
  /** Who makes them, as `Name <address>`. */
  readonly maintainer: string;
  /** The time that their files have, in seconds since 1970. */
  readonly seconds: number;
  /** Flags of dpkg-deb(1). */
  readonly debCompression: readonly string[];
  /** What RPM's macro `_binary_payload` says. */
  readonly rpmPayload: string;
}
