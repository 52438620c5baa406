"""Loads an exported checkpoint with stock transformers and compares its loss with the strict one.

usage: check_checkpoint.py FOLDER PAGES.json

FOLDER holds config.json and model.safetensors as VRAM HUB exports them. PAGES.json holds
  {"length": tokens of one page, "tokens": [page after page], "loss_nano_nats": strict mean loss}
The strict evaluator computes in f32 in another order than PyTorch: the losses may differ by 1e-4 nats.
Ends with 0 and one sentence, or with 1 and what differs.
"""

import argparse
import json
import math
import os
import sys

import torch
from safetensors import safe_open
from transformers import AutoModelForCausalLM, LlamaForCausalLM

TOLERANCE = 1e-4


class Different(Exception):
    """What is wrong with the checkpoint, for the person who reads it."""


def check_metadata(folder):
    with safe_open(os.path.join(folder, "model.safetensors"), "pt") as file:
        metadata = file.metadata() or {}
        if sorted(metadata) != ["format", "parent", "run", "schema", "window"]:
            raise Different(f"the metadata has the keys {sorted(metadata)}")
        for name in ("parent", "run", "schema"):
            if len(bytes.fromhex(metadata[name])) != 32:
                raise Different(f"the metadata's {name} is no hash")
        return int(metadata["window"]), list(file.keys())


def load(folder, names):
    model, info = AutoModelForCausalLM.from_pretrained(
        folder, output_loading_info=True, local_files_only=True
    )
    if not isinstance(model, LlamaForCausalLM):
        raise Different(f"it loads as {type(model).__name__}, not LlamaForCausalLM")
    for problem in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        found = set(info.get(problem) or ())
        if model.config.tie_word_embeddings:
            found -= {"lm_head.weight"}
        if found:
            raise Different(f"transformers reports {problem}: {sorted(found)}")
    if next(model.parameters()).dtype != torch.float32:
        raise Different(f"its parameters are {next(model.parameters()).dtype}, not float32")
    if model.config.tie_word_embeddings == ("lm_head.weight" in names):
        raise Different("lm_head is in the file of a tied model, or missing in an untied one")
    return model.eval()


def loss(model, pages):
    tokens = torch.tensor(pages["tokens"]).view(-1, pages["length"])
    with torch.no_grad():
        logits = model(tokens[:, :-1]).logits.double()
    targets = tokens[:, 1:].reshape(-1)
    return torch.nn.functional.cross_entropy(logits.view(-1, logits.shape[-1]), targets).item()


def main():
    arguments = argparse.ArgumentParser(description="Checks an exported checkpoint with transformers.")
    arguments.add_argument("folder")
    arguments.add_argument("pages")
    options = arguments.parse_args()
    try:
        with open(options.pages, encoding="utf-8") as file:
            pages = json.load(file)
        window, names = check_metadata(options.folder)
        model = load(options.folder, names)
        actual = loss(model, pages)
        strict = pages["loss_nano_nats"] / 1e9
        if not math.isfinite(actual) or abs(actual - strict) > TOLERANCE:
            raise Different(f"PyTorch's loss is {actual:.9f}, the strict loss {strict:.9f}")
    except Exception as error:  # whatever goes wrong, say it in one sentence and fail
        sys.exit(f"{options.folder}: {error}")
    print(
        f"{options.folder}: checkpoint of window {window} loads as LlamaForCausalLM,"
        f" loss {actual:.9f} against {strict:.9f} strict"
    )


if __name__ == "__main__":
    main()
