/** MPLS labels as BGP carries them: 24-bit fields (RFC 8277 section 2.2). */

/** Stands for the labels of a route that is withdrawn (RFC 8277 section 2.4). */
export const WITHDRAWN_LABEL = 0x800000;

const BOTTOM_OF_STACK = 1;

/** The label, 0 to 1048575. */
export function labelValue(field: number): number {
  return field >>> 4;
}

/** The field of a label; of the last one in a stack with the bit that says so. */
export function labelField(label: number, bottomOfStack: boolean): number {
  return (label << 4) | (bottomOfStack ? BOTTOM_OF_STACK : 0);
}

/** Whether no other label follows: the bottom of the stack, or a field that stands for none. */
export function endsLabels(field: number): boolean {
  return (field & BOTTOM_OF_STACK) !== 0 || field === WITHDRAWN_LABEL || field === 0;
}
