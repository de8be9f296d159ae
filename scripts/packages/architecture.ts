/** The processors that packages are made for, and what each world calls them. */
export interface Architecture {
  /** Node's word, in `process.arch` and in the names of npm packages. */
  readonly node: "x64" | "arm64";
  readonly deb: string;
  readonly rpm: string;
}

export const ARCHITECTURES: readonly Architecture[] = [
  { node: "x64", deb: "amd64", rpm: "x86_64" },
  { node: "arm64", deb: "arm64", rpm: "aarch64" },
];

/** @param name in any of the three worlds */
export function architectureNamed(name: string): Architecture | undefined {
  return ARCHITECTURES.find(({ node, deb, rpm }) => [node, deb, rpm].includes(name));
}
