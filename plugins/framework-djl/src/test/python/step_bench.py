"""The peer of StepBench: the same model and optimizer in eager PyTorch.

python3 step_bench.py [devnet|small] [threads] [steps] [rounds]
"""

import sys
import time

import torch
import torch.nn.functional as F


class Block(torch.nn.Module):
    def __init__(self, width, heads, keys, inner):
        super().__init__()
        linear = lambda rows, columns: torch.nn.Linear(columns, rows, bias=False)
        self.heads, self.keys, self.size = heads, keys, width // heads
        self.attention_norm = torch.nn.RMSNorm(width, eps=1e-5)
        self.q, self.k = linear(width, width), linear(keys * self.size, width)
        self.v, self.o = linear(keys * self.size, width), linear(width, width)
        self.inner_norm = torch.nn.RMSNorm(width, eps=1e-5)
        self.gate, self.up, self.down = linear(inner, width), linear(inner, width), linear(width, inner)

    def forward(self, x, cosine, sine):
        rows, length, width = x.shape
        h = self.attention_norm(x)
        split = lambda t, heads: t.view(rows, length, heads, self.size).transpose(1, 2)
        q, k = rotate(split(self.q(h), self.heads), cosine, sine), rotate(split(self.k(h), self.keys), cosine, sine)
        v = split(self.v(h), self.keys)
        if self.keys != self.heads:
            group = self.heads // self.keys
            k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.o(mixed.transpose(1, 2).reshape(rows, length, width))
        h = self.inner_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


def rotate(x, cosine, sine):
    a, b = x.chunk(2, -1)
    return x * cosine + torch.cat([-b, a], -1) * sine


class Decoder(torch.nn.Module):
    def __init__(self, vocabulary, layers, width, heads, keys, inner, context):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary, width)
        torch.nn.init.normal_(self.embedding.weight, std=0.02)
        self.blocks = torch.nn.ModuleList(Block(width, heads, keys, inner) for _ in range(layers))
        self.norm = torch.nn.RMSNorm(width, eps=1e-5)
        size = width // heads
        angles = torch.outer(torch.arange(context), 10_000 ** (-torch.arange(0, size, 2) / size))
        self.cosine, self.sine = torch.cat([angles, angles], -1).cos(), torch.cat([angles, angles], -1).sin()

    def forward(self, tokens):
        x = self.embedding(tokens[:, :-1])
        length = x.shape[1]
        for block in self.blocks:
            x = block(x, self.cosine[:length], self.sine[:length])
        logits = self.norm(x) @ self.embedding.weight.T
        return F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())


def main(model="devnet", threads="1", steps="20", rounds="5"):
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    sizes = dict(devnet=(256, 4, 128, 4, 4, 344, 128), small=(4096, 6, 384, 6, 2, 1024, 256))[model]
    decoder = Decoder(*sizes)
    count = sum(p.numel() for p in decoder.parameters())
    optimizer = torch.optim.AdamW(decoder.parameters(), 3e-3, (0.9, 0.95), 1e-8, 0.1, fused=True)
    tokens = torch.randint(0, sizes[0], (8, sizes[-1]))
    for _ in range(int(rounds)):
        wall, processor = time.perf_counter(), time.process_time()
        for _ in range(int(steps)):
            optimizer.zero_grad(set_to_none=True)
            loss = decoder(tokens)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
            optimizer.step()
            value = loss.item()
        print(
            f"torch {torch.__version__} {count} parameters, {threads} threads: "
            f"wall {(time.perf_counter() - wall) * 1e3 / int(steps):.1f} ms, "
            f"processor {(time.process_time() - processor) * 1e3 / int(steps):.1f} ms a step, loss {value:.5f}"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
