"""The work of GradientBenchmark in PyTorch, as the Templar compressor without DCT does it.

usage: benchmark_compression.py [--threads N] [--topk K]

Compress: top-k magnitudes per chunk of 4,096, 12-bit indices, 2-bit values by shift and six sigma over
a mean-per-bin table, and the residual less what the decoder will see. Merge: 20 payloads decompressed,
clipped to their median norm, averaged densely, and one outer step. Prints the best of some rounds,
in CPU time of the one thread where one works, in elapsed time where several do.
"""

import argparse
import time

import torch

CHUNK = 4096
PEERS = 20


def shapes(vocabulary, layers, width, heads, key_value_heads, feed_forward):
    key_value = width // heads * key_value_heads
    yield vocabulary * width
    for _ in range(layers):
        yield from (width, width * width, key_value * width, key_value * width, width * width, width)
        yield from 3 * (feed_forward * width,)
    yield width


def pack12(indices):
    pairs = indices.reshape(-1, 2)
    low, high = pairs[:, 0], pairs[:, 1]
    packed = torch.stack([low & 255, low >> 8 | (high & 15) << 4, high >> 4], 1)
    return packed.to(torch.uint8).flatten()


def unpack12(packed):
    triple = packed.reshape(-1, 3).to(torch.int64)
    low = triple[:, 0] | (triple[:, 1] & 15) << 8
    high = triple[:, 1] >> 4 | triple[:, 2] << 4
    return torch.stack([low, high], 1).flatten()


def quantise(values, bins=4):
    shift = values.mean()
    centred = values - shift
    scale = centred.norm() / max(1, centred.numel() - 1) ** 0.5 * 6 / bins
    codes = (centred / scale.clamp_min(1e-12) + bins // 2).round().clamp(0, bins - 1).to(torch.uint8)
    index = codes.flatten().long()
    sums = torch.zeros(bins).scatter_add_(0, index, centred.flatten())
    counts = torch.zeros(bins).scatter_add_(0, index, torch.ones(index.numel()))
    return codes, torch.where(counts > 0, sums / counts, 0.0) + shift


def chunked(tensor):
    length = min(CHUNK, tensor.numel())
    padding = -tensor.numel() % length
    return torch.nn.functional.pad(tensor, (0, padding)).view(-1, length)


def compress(residuals, topk):
    payload = []
    for residual in residuals:
        chunks = chunked(residual)
        k = min(topk, chunks.shape[1])
        indices = torch.topk(chunks.abs(), k, dim=1, largest=True, sorted=False).indices
        values = torch.gather(chunks, 1, indices)
        codes, table = quantise(values)
        payload.append((chunks.shape, pack12(indices.flatten()), codes, table))
        decoded = torch.zeros_like(chunks).scatter_(1, indices, table[codes.long()])
        residual.sub_(decoded.flatten()[: residual.numel()])
    return payload


def merge(parameters, payloads):
    norms = torch.stack(
        [torch.stack([table[codes.long()].norm() for _, _, codes, table in p]).norm() for p in payloads]
    )
    factors = (norms.median() / norms).clamp(max=1)
    for i, parameter in enumerate(parameters):
        total = torch.zeros(payloads[0][i][0])
        for payload, factor in zip(payloads, factors):
            _, packed, codes, table = payload[i]
            values = table[codes.long()] * factor
            total.scatter_add_(1, unpack12(packed).view(values.shape), values)
        parameter.sub_(total.flatten()[: parameter.numel()], alpha=1 / len(payloads))


def best(rounds, threads, prepare, work):
    clock = time.thread_time if threads == 1 else time.perf_counter
    seconds = float("inf")
    for _ in range(rounds):
        prepare()
        start = clock()
        work()
        seconds = min(seconds, clock() - start)
    return seconds * 1e3


def main():
    arguments = argparse.ArgumentParser(description="Times compress and merge in PyTorch.")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--topk", type=int, default=32)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    for model in ((256, 4, 128, 4, 4, 344), (4096, 6, 384, 6, 2, 1024)):
        source = [1e-3 * torch.randn(size) for size in shapes(*model)]
        residuals = [tensor.clone() for tensor in source]

        def restore():
            for residual, tensor in zip(residuals, source):
                residual.copy_(tensor)

        compressing = best(15, options.threads, restore, lambda: compress(residuals, options.topk))
        restore()
        payloads = [compress(residuals, options.topk) for _ in range(PEERS)]
        parameters = [tensor.clone() for tensor in source]
        merging = best(8, options.threads, lambda: None, lambda: merge(parameters, payloads))
        count = sum(tensor.numel() for tensor in source)
        print(
            f"torch {torch.__version__}, {options.threads} threads, {count:,} parameters, k={options.topk}:"
            f" compress {compressing:.2f} ms, merge of {PEERS} {merging:.2f} ms"
        )


if __name__ == "__main__":
    main()
