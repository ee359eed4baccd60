#!/usr/bin/env python3
"""What a request costs in different builds of one program: each in turn, in one run.

Usage: benches/builds.py BINARY BINARY...

Every binary serves hooks of its own in memory; rounds of checks go to one server after the other, so that whatever
else the machine does is shared among them. Prints the tenth percentile of a check on hello world and on a plan of about
200 KB, and the processor time of a check, each also as a ratio to the first binary.
"""

import http.client
import json
import os
import pathlib
import subprocess
import sys
import time

ROUNDS = 30
CHECKS = {"hello": 100, "plan": 20}
HERE = pathlib.Path(__file__).parent
TICK = os.sysconf("SC_CLK_TCK")


class Server:
    def __init__(self, binary):
        command = [binary, "serve", "--listen", "127.0.0.1:0", "--database", "sqlite::memory:"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        address = next(line for line in self.process.stdout if line.startswith("listening on "))
        self.connection = http.client.HTTPConnection(address.split("//")[1].strip())
        self.times = {name: [] for name in CHECKS}
        self.ticks = {name: 0 for name in CHECKS}

    def check(self, body):
        self.connection.request("POST", "/v1/checks", body)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text

    def round(self, name, body):
        before = self.used()
        for _ in range(CHECKS[name]):
            begun = time.perf_counter()
            self.check(body)
            self.times[name].append(time.perf_counter() - begun)
        self.ticks[name] += self.used() - before

    def used(self):
        """Processor time so far, of the server and its evaluators, in ticks."""
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        return sum(ticks(pid) for pid in [self.process.pid, *children.stdout.split()])

    def figures(self, name):
        times = sorted(self.times[name])
        return times[len(times) // 10] * 1e3, self.ticks[name] / TICK / len(times) * 1e3


def ticks(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def bodies():
    stack = {"operation": "DeployStack", "stack": {"name": "shop"}}
    changes = [
        {"address": f"aws_s3_bucket.b{n}", "type": "aws_s3_bucket", "mode": "managed",
         "change": {"actions": ["create"], "before": None, "after": {"tags": {"owner": f"team-{n % 7}"}, "acl": "private"}}}
        for n in range(1000)
    ]
    plan = {"format_version": "1.2", "resource_changes": changes, "planned_values": {}}
    policies = {name: (HERE / "policies" / f"{name}.rego").read_text() for name in CHECKS}
    inputs = {"hello": {"message": "world"}, "plan": plan}
    return {
        name: json.dumps({**stack, "input": inputs[name], "hooks": [{"policy_body": policies[name]}]}) for name in CHECKS
    }


def main(binaries):
    servers = [Server(binary) for binary in binaries]
    try:
        for name, body in bodies().items():
            for server in servers:
                server.round(name, body)
                server.times[name].clear()
                server.ticks[name] = 0
            for number in range(ROUNDS):
                # Each goes first as often as the others.
                start = number % len(servers)
                for server in servers[start:] + servers[:start]:
                    server.round(name, body)
            first = servers[0].figures(name)
            for binary, server in zip(binaries, servers):
                p10, cpu = server.figures(name)
                print(f"{name:6} {p10:8.3f} ms ({p10 / first[0]:.3f})  cpu {cpu:8.3f} ms ({cpu / first[1]:.3f})  {binary}")
    finally:
        for server in servers:
            server.process.terminate()


if __name__ == "__main__":
    main(sys.argv[1:] or sys.exit(__doc__))
