"""Encodes ExaBGP's text commands with ExaBGP's own code: one command a line of stdin, for each a line of JSON on stdout.

Arguments: the local AS, the peer's AS, 4 or 2 (octets of AS numbers), path or plain (path identifiers).
"""

import json
import os
import sys

from exabgp.bgp.message import Open, Update
from exabgp.bgp.message.direction import OUT
from exabgp.bgp.message.open import ASN, HoldTime, RouterID, Version
from exabgp.bgp.message.open.capability import Capabilities, Capability, Negotiated
from exabgp.configuration.configuration import Configuration
from exabgp.configuration.setup import environment
from exabgp.reactor.api import API

environment.setup("")

FAMILIES = "ipv4 unicast; ipv4 multicast; ipv4 nlri-mpls; ipv4 mpls-vpn; ipv4 flow; ipv4 flow-vpn; ipv6 unicast; ipv6 nlri-mpls; ipv6 mpls-vpn; ipv6 flow; ipv6 flow-vpn; l2vpn vpls;"


def neighbor_text(local_as, peer_as, asn4, add_path):
    path = "send/receive" if add_path else "disable"
    return """neighbor 192.0.2.2 {
  router-id 192.0.2.9; local-address 192.0.2.9; local-as %d; peer-as %d;
  capability { asn4 %s; add-path %s; }
  family { %s }
}
""" % (local_as, peer_as, "enable" if asn4 else "disable", path, FAMILIES)


def negotiated_with(local_as, peer_as, asn4, add_path):
    configuration = Configuration([neighbor_text(local_as, peer_as, asn4, add_path)], text=True)
    if configuration.reload() is not True:
        raise SystemExit("ExaBGP does not take the configuration: %s" % configuration.error)
    (neighbor,) = configuration.neighbors.values()
    result = Negotiated(neighbor)
    for announce, asn, router in ((result.sent, local_as, "192.0.2.9"), (result.received, peer_as, "192.0.2.2")):
        capabilities = Capabilities().new(neighbor, False)
        if asn4:
            capabilities[Capability.CODE.FOUR_BYTES_ASN] = ASN(asn)
        announce(Open(Version(4), ASN(asn), HoldTime(180), RouterID(router), capabilities))
    return result


def changes_of(api, command):
    words = command.split(" ")
    if words[1] == "flow":
        return api.api_flow(command)
    if words[1] == "vpls":
        return api.api_vpls(command)
    if words[1] == "attributes":
        return api.api_attributes(command, None)
    return api.api_route(command)


def encoded(api, negotiated, command):
    changes = changes_of(api, command)
    if not changes:
        return {"problem": str(api.configuration.error) or "no route"}
    withdrawn = command.startswith("withdraw ")
    messages = []
    for change in changes:
        change.nlri.action = OUT.WITHDRAW if withdrawn else OUT.ANNOUNCE
        messages.extend(Update([change.nlri], change.attributes).messages(negotiated))
    return {"messages": [message.hex() for message in messages]}


def main():
    # What ExaBGP's logger says on stdout goes to stderr.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    local_as, peer_as = int(sys.argv[1]), int(sys.argv[2])
    negotiated = negotiated_with(local_as, peer_as, sys.argv[3] == "4", sys.argv[4] == "path")
    for line in sys.stdin:
        # A command that failed may leave something behind.
        api = API(None)
        try:
            result = encoded(api, negotiated, line.rstrip("\n"))
        except Exception as error:  # whatever it raises is its answer
            result = {"problem": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(result), file=answers)


main()
