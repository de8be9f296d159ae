import { formatRouteDistinguisher } from "../route-distinguisher.ts";
import { isBitmask, isPrefixComponent } from "./flowspec-component.ts";
import {
  type FlowComponent,
  FlowOperator,
  type FlowSpecNlri,
  type FlowTest,
  type FlowTestComponent,
} from "./flowspec-nlri.ts";
import { formatIpPrefix } from "./ip-prefix.ts";

/** `destination 10.0.0.0/8 & protocol =6 & destination-port >=80&<=443`; `any` without a component. */
export function formatFlowSpec({ rd, components }: FlowSpecNlri): string {
  const text = components.map((component) => formatFlowComponent(component)).join(" & ") || "any";
  return rd === undefined ? text : `${formatRouteDistinguisher(rd)} ${text}`;
}

/** One component: `destination-port >=80&<=443,=8080`; bits as `tcp-flags =0x12,!0x4`. */
export function formatFlowComponent(component: FlowComponent): string {
  if (isPrefixComponent(component)) {
    const offset = component.offset === 0 ? "" : `-${component.offset}`;
    return `${component.type} ${formatIpPrefix(component.prefix)}${offset}`;
  }
  return `${component.type} ${formatTests(component)}`;
}

function formatTests({ type, tests }: FlowTestComponent): string {
  let text = "";
  for (const test of tests) {
    if (text !== "") text += test.and ? "&" : ",";
    text += isBitmask(type) ? formatBits(test) : formatNumber(test);
  }
  return text;
}

const COMPARISONS: readonly string[] = ["false", "=", ">", ">=", "<", "<=", "!=", "true"];

function formatNumber({ operator, value }: FlowTest): string {
  const comparison = COMPARISONS[operator & 7]!;
  return (operator & 7) === 0 || (operator & 7) === 7 ? comparison : `${comparison}${value.number}`;
}

function formatBits({ operator, value }: FlowTest): string {
  const not = (operator & FlowOperator.not) === 0 ? "" : "!";
  const match = (operator & FlowOperator.match) === 0 ? "" : "=";
  return `${not}${match}0x${value.number.toString(16)}`;
}
