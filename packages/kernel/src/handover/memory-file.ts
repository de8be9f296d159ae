/** A file without a name or a disk: it lives as long as a descriptor for it is left (memfd_create(2)). */
import { fstatSync, readSync, writeSync } from "node:fs";

import { KernelArgumentError } from "../error.ts";
import { checked, libc } from "../ffi/libc.ts";

const MFD_CLOEXEC = 1;

/** Makes a file of these parts, in their order. The caller owns the descriptor. `name` shows in /proc only. */
export function createMemoryFile(name: string, parts: Iterable<Uint8Array>): number {
  const fd = checked(libc().memfd_create(name, MFD_CLOEXEC), "memfd_create");
  for (const part of parts) {
    for (let at = 0; at < part.length;) at += writeSync(fd, part, at, part.length - at);
  }
  return fd;
}

/** All of a file that {@link createMemoryFile} made, in whatever process; `maxBytes` bounds it. */
export function readMemoryFile(fd: number, maxBytes: number): Uint8Array {
  const { size } = fstatSync(fd);
  if (size > maxBytes)
    throw new KernelArgumentError(`a file of ${size} octets, at most ${maxBytes} are taken`);
  const octets = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const read = readSync(fd, octets, at, size - at, at);
    if (read === 0) throw new KernelArgumentError(`the file ends at octet ${at} of ${size}`);
    at += read;
  }
  return octets;
}
