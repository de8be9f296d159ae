"""Decodes UPDATEs by Debian's ExaBGP: how fast, or to what JSON.

    exabgp-updates.py rate SECONDS FILE     a line of JSON: messages and octets decoded, processor seconds
    exabgp-updates.py json FILE             a line of JSON for each message; `null` where ExaBGP gives none

FILE has BGP messages one behind the other, headers included. The session is internal, with four-octet AS
numbers and every family that ExaBGP knows, without ADD-PATH.
"""

import json
import sys
import time

from exabgp.bgp.message import Open, Update
from exabgp.bgp.message.direction import Direction
from exabgp.bgp.message.open import ASN, HoldTime, RouterID, Version
from exabgp.bgp.message.open.capability import Capabilities, Capability, Negotiated
from exabgp.bgp.message.update.nlri import NLRI
from exabgp.configuration.configuration import Configuration
from exabgp.configuration.setup import environment
from exabgp.reactor.api.response import Response
from exabgp.version import json as json_version

CONFIGURATION = """
neighbor 127.0.0.1 {
  router-id 127.0.0.1; local-address 127.0.0.1; local-as 65533; peer-as 65533;
}
"""
HEADER = 19


def session():
    environment.setup('')
    configuration = Configuration([CONFIGURATION], text=True)
    if not configuration.reload():
        raise SystemExit(configuration.error)
    neighbor = next(iter(configuration.neighbors.values()))
    for family in NLRI.known_families():
        neighbor.add_family(family)
    capabilities = Capabilities().new(neighbor, False)
    capabilities[Capability.CODE.MULTIPROTOCOL] = neighbor.families()
    negotiated = Negotiated(neighbor)
    for identifier, hand_over in (('127.0.0.1', negotiated.sent), ('127.0.0.2', negotiated.received)):
        hand_over(Open(Version(4), ASN(65533), HoldTime(180), RouterID(identifier), capabilities))
    return neighbor, negotiated


def bodies(path):
    with open(path, 'rb') as file:
        data = file.read()
    found = []
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at + 16 : at + 18], 'big')
        found.append(data[at + HEADER : at + length])
        at += length
    return found


def rate(seconds, path):
    _, negotiated = session()
    messages = bodies(path)
    octets = sum(len(body) + HEADER for body in messages)
    rounds = 0
    start = time.process_time()
    while time.process_time() - start < seconds:
        for body in messages:
            Update.unpack_message(body, Direction.IN, negotiated)
        rounds += 1
    spent = time.process_time() - start
    print(json.dumps({'messages': rounds * len(messages), 'octets': rounds * octets, 'seconds': spent}))


def tell(path):
    neighbor, negotiated = session()
    encoder = Response.JSON(json_version)
    for body in bodies(path):
        try:
            update = Update.unpack_message(body, Direction.IN, negotiated)
            text = encoder.update(neighbor, 'in', update, None, '', '')
            json.loads(text)
        except Exception:  # noqa: BLE001 - what it can't decode or tell in valid JSON
            text = 'null'
        print(text.replace('\n', ' '))


if sys.argv[1] == 'rate':
    rate(float(sys.argv[2]), sys.argv[3])
else:
    tell(sys.argv[2])
