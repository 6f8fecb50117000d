"""Verifies an exported folder of evidence from nothing but the folder: python3 evidence_folder.py FOLDER

The sums of all files, that the certificate names the file's hash, and by RFC 9162 (section 2.1.3.2) that the event
which names that hash stands in the tree whose root proof.json tells. Exit 1 and a sentence at the first difference.
"""
import base64
import hashlib
import json
import pathlib
import sys


def sha256(data):
    return hashlib.sha256(data).digest()


def check(folder):
    for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ", 1)
        if sha256((folder / name).read_bytes()).hex() != digest:
            sys.exit(f"{name} is not what SHA256SUMS says")
    proof = json.loads((folder / "proof.json").read_text("utf-8"))
    metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
    if sha256((folder / metadata["file"]).read_bytes()).hex() != proof["sha256"]:
        sys.exit("the proof is of another file")
    if proof["sha256"] not in (folder / "certificate.html").read_text("utf-8"):
        sys.exit("the certificate is of another file")
    node = bytes.fromhex(proof["leaf"])
    if "input" in proof:
        content = base64.b64decode(proof["input"])
        if sha256(b"\x00" + content) != node or proof["sha256"].encode() not in content:
            sys.exit("the leaf is not the hash of an event that names the file")
    index, last = proof["index"], proof["size"] - 1
    for sibling in map(bytes.fromhex, proof["path"]):
        if last == 0:
            sys.exit("the path is too long")
        if index % 2 == 1 or index == last:
            node = sha256(b"\x01" + sibling + node)
            while index % 2 == 0 and index != 0:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + sibling)
        index, last = index >> 1, last >> 1
    if last != 0 or node.hex() != proof["root"]:
        sys.exit("the path does not lead to the root")


check(pathlib.Path(sys.argv[1]))
print("verified" if "input" in json.loads((pathlib.Path(sys.argv[1]) / "proof.json").read_text("utf-8")) else "verified leaf")
