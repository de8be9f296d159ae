/** The flags of TCP MD5. */

export const ANY_INTERFACE = "any";

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
