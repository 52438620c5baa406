"""Opens a gradient payload with stock PyTorch, decodes it without VRAM HUB, compares with a dump.

usage: check_payload.py PAYLOAD.pt DUMP.json [--resave COPY.pt]

The dump names the model's tensors and what the Java decoder saw:
  {"network": hex, "window": n, "miner": n, "base_root": hex, "schema": hex, "codec": text, "topk": n,
   "assignment": hex, "tensors": [elements, ...], "count": n, "squared_norm": number,
   "values_sha256": hex over (index u64 LE, value f32 LE) of every value, "first_values": [[index, value], ...]}
--resave writes the same tensors with torch.save, for the Java reader to open.
Ends with 0 and one sentence, or with 1 and what differs.
"""

import argparse
import hashlib
import json
import math
import struct
import sys

import numpy
import torch

CHUNK = 4096
FRACTION = [numpy.float32(2.0 ** (-i / 16)) for i in range(16)]
DTYPES = {
    "header": torch.uint8,
    "indices": torch.uint8,
    "codes": torch.uint8,
    "chunk_scales": torch.uint8,
    "tensor_scales": torch.float32,
}


class Different(Exception):
    """What is wrong with the payload, for the person who reads it."""


def expect(what, actual, expected):
    if actual != expected:
        raise Different(f"{what} is {actual!r}, expected {expected!r}")


class Header:
    """The BCS header of protocol section 4."""

    def __init__(self, data):
        self.data = data
        self.at = 0
        expect("header magic", self.take(8), b"VRAMGRAD")
        expect("header format", self.number(4), 1)
        self.network = self.take(32).hex()
        self.window = self.number(8)
        self.miner = self.number(8)
        self.base_root = self.take(32).hex()
        self.schema = self.take(32).hex()
        self.codec = self.take(self.number(1)).decode()
        self.topk = self.number(4)
        self.assignment = self.take(32).hex()
        expect("bytes after the header", len(data) - self.at, 0)

    def take(self, count):
        if self.at + count > len(self.data):
            raise Different("the header ends early")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, count):
        return int.from_bytes(self.take(count), "little")


class Bits:
    """A run of bits, the first lowest in its byte."""

    def __init__(self, data):
        self.bits = numpy.unpackbits(numpy.frombuffer(data, numpy.uint8), bitorder="little").tolist()
        self.at = 0

    def zeros(self):
        start = self.at
        try:
            self.at = self.bits.index(1, start) + 1
        except ValueError:
            raise Different("indices end early") from None
        return self.at - 1 - start

    def number(self, count):
        value = sum(bit << i for i, bit in enumerate(self.bits[self.at : self.at + count]))
        self.at += count
        return value


def positions(bits, length, count):
    parameter = max(1, (length * 45426 >> 16) // count).bit_length() - 1
    found = []
    previous = -1
    for _ in range(count):
        quotient = bits.zeros()
        previous += 1 + (quotient << parameter) + bits.number(parameter)
        found.append(previous)
    if previous >= length:
        raise Different(f"a position, {previous}, lies outside its chunk of {length}")
    return found


def decode(tensors, elements, topk):
    """Yields (flat index, value) by ascending index."""
    bits = Bits(tensors["indices"].numpy().tobytes())
    codes = tensors["codes"].numpy()
    chunk_scales = tensors["chunk_scales"].numpy()
    chunk = 0
    value_at = 0
    first = 0
    for tensor, count in enumerate(elements):
        maximum = numpy.float32(tensors["tensor_scales"][tensor].item())
        for start in range(0, count, CHUNK):
            length = min(CHUNK, count - start)
            kept = min(topk, length)
            code = int(chunk_scales[chunk])
            scale = numpy.float32(0)
            if code != 255:
                scale = maximum * FRACTION[code % 16] * numpy.float32(2.0 ** -(code // 16))
            for position in positions(bits, length, kept):
                symbol = int(codes[value_at // 4]) >> 2 * (value_at % 4) & 3
                value_at += 1
                if scale != 0:
                    magnitude = scale * numpy.float32(1.25) if symbol & 1 else scale
                    yield first + start + position, -magnitude if symbol & 2 else magnitude
            chunk += 1
        first += count
    expect("chunks", len(chunk_scales), chunk)
    expect("bytes of codes", len(codes), (value_at + 3) // 4)
    expect("bytes of indices", len(tensors["indices"]), (bits.at + 7) // 8)


def check(payload, dump):
    tensors = torch.load(payload, weights_only=True)
    expect("the tensors", sorted(tensors), sorted(DTYPES))
    for name, dtype in DTYPES.items():
        expect(f"the type of {name}", tensors[name].dtype, dtype)
        expect(f"the dimensions of {name}", tensors[name].dim(), 1)
    header = Header(tensors["header"].numpy().tobytes())
    for field in ("network", "window", "miner", "base_root", "schema", "codec", "topk", "assignment"):
        expect(f"header {field}", getattr(header, field), dump[field])
    digest = hashlib.sha256()
    first_values = []
    count = 0
    squares = 0.0
    for index, value in decode(tensors, dump["tensors"], header.topk):
        digest.update(struct.pack("<Qf", index, value))
        squares += float(value) ** 2
        if len(first_values) < len(dump["first_values"]):
            first_values.append([index, float(value)])
        count += 1
    for seen, wanted in zip(first_values, dump["first_values"]):
        expect("a decoded value", seen, wanted)
    expect("the number of values", count, dump["count"])
    expect("the digest of all values", digest.hexdigest(), dump["values_sha256"])
    if not math.isclose(squares, dump["squared_norm"], rel_tol=1e-12):
        raise Different(f"the squared norm is {squares}, expected {dump['squared_norm']}")
    return tensors, count


def main():
    arguments = argparse.ArgumentParser(description="Checks a gradient payload with stock PyTorch.")
    arguments.add_argument("payload")
    arguments.add_argument("dump")
    arguments.add_argument("--resave")
    options = arguments.parse_args()
    try:
        with open(options.dump, encoding="utf-8") as file:
            dump = json.load(file)
        tensors, count = check(options.payload, dump)
        if options.resave:
            torch.save(tensors, options.resave)
    except Exception as error:  # whatever goes wrong, say it in one sentence and fail
        sys.exit(f"{options.payload}: {error}")
    print(f"{options.payload}: opened by torch {torch.__version__}, {count} values equal")


if __name__ == "__main__":
    main()
