/** The name of this package. */
export const packageName = "@netferry/registry";
