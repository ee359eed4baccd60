#!/usr/bin/env python3
"""Writes seeds for the fuzz targets into `seeds/`, made from the fixtures, policies and benches of the project.

Usage: seeds.py [target]...
"""

import hashlib
import io
import json
import pathlib
import random
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LONGEST = 4096


def policies():
    """The text of every small policy, and of every folder of them as several files."""
    folders = {}
    for path in sorted(path for place in ("fixtures", "policies", "benches") for path in (ROOT / place).rglob("*.rego")):
        text = path.read_bytes()
        folders.setdefault(path.parent, []).append(text)
        yield text
    for texts in folders.values():
        if len(texts) > 1:
            yield b"\n# ---\n".join(texts)


def archives():
    """Every folder of files, packed with each method, with and without sums behind the content."""
    for folder in sorted({path.parent for path in (ROOT / "fixtures").rglob("*.rego")}):
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            for streamed in (False, True):
                yield packed(files, method, streamed)


def packed(files, method, streamed):
    class Pipe(io.BytesIO):
        def seekable(self):
            return not streamed

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return pipe.getvalue()


def documents():
    for path in sorted((ROOT / "fixtures").rglob("*.json")):
        yield path.read_bytes()


def yaml_texts():
    yield from documents()
    for path in sorted(path for path in ROOT.rglob("*.y*ml") if "target" not in path.parts):
        yield path.read_bytes()
    for text in calls()["arguments"]["documents"]:
        yield text.encode()


def calls():
    return json.loads((ROOT / "fixtures/builtins/calls.json").read_text())


def built_ins():
    """A few calls of each function, its arguments taken from the lists that the differential test has for it."""
    choose = random.Random(1)
    lists = calls()["arguments"]
    for name, *kinds in calls()["functions"]:
        for _ in range(6):
            arguments = [json.dumps(choose.choice(lists[kind]), ensure_ascii=False) for kind in kinds]
            yield "\n".join([name, *arguments]).encode()
    patterns = json.loads((ROOT / "fixtures/builtins/patterns.json").read_text())
    texts = {text for text in strings(patterns) if "\n" not in text}
    for text in sorted(texts):
        for name in ("regex.match", "regex.split", "regex.find_all_string_submatch_n"):
            yield f"{name}\n{text}\nabc 12 é".encode()
    for form in ("%d %5.2f %v", "%-10s|%q", "%[2]*[1]d %x", "%+v %#v %T", "%e %g %08b"):
        yield f'sprintf\n{form}\n[1, 2.5, "a"]'.encode()


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


SEEDS = {
    "archive": archives,
    "builtins": built_ins,
    "guard": policies,
    "input": documents,
    "lint": policies,
    "normalise": policies,
    "result": lambda: [bytes(random.Random(seed).randrange(256) for _ in range(200)) for seed in range(50)],
    "yaml": yaml_texts,
}


def main():
    for target in sys.argv[1:] or SEEDS:
        folder = HERE / "seeds" / target
        folder.mkdir(parents=True, exist_ok=True)
        for seed in SEEDS[target]():
            if len(seed) <= LONGEST:
                (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


main()
