// The state machine is a function: events in, actions out. Sockets and clocks are yours.
import { createSession, IPV4_UNICAST, step } from "@netferry/bgp";

let state = createSession({
  localAsn: 65001,
  localIdentifier: 0xc0000201,
  holdTime: 90,
  passive: false,
  families: [IPV4_UNICAST],
});

const events = [{ type: "start" }, { type: "transport-up", passive: false }] as const;
for (const event of events) {
  const next = step(state, event);
  state = next.state;
  for (const action of next.actions) {
    console.log(event.type, "->", action.type, action.type === "send" ? action.message.type : "");
  }
}
console.log(state.name);
