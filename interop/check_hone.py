"""Checks hone's files against transformers and PEFT, in both directions. See README.md.

python check_hone.py write OUT                                   models and adapters for hone to score
python check_hone.py check --model DIR [--adapter DIR] SCORES    load what hone wrote, compare with what hone scored
python check_hone.py compare EXPECTED SCORES                     compare two files of scores

Exit codes: 0 agreement, or the libraries are not here; 1 disagreement; 2 wrong usage.
"""

import argparse
import json
import pathlib
import random
import sys

try:
    import peft
    import torch
    import transformers
    MISSING = None
except ImportError as missing:
    MISSING = missing.name

PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def read_rows(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def write_rows(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")


def scored(model, rows):
    """Natural log-probability of each next token, computed in float32."""
    result = []
    with torch.no_grad():
        for row in rows:
            ids = torch.tensor([row["ids"]])
            logs = torch.log_softmax(model(input_ids=ids).logits[0].float(), dim=-1)
            chosen = logs[:-1].gather(1, ids[0, 1:, None])[:, 0]
            result.append({"ids": row["ids"], "logprobs": chosen.tolist()})
    return result


def compare(expected, actual, tolerance):
    """Prints the largest difference; whether it stays within the tolerance."""
    if [row["ids"] for row in expected] != [row["ids"] for row in actual]:
        print("the two files are not about the same rows")
        return False
    worst, place = 0.0, "-"
    for number, (left, right) in enumerate(zip(expected, actual), start=1):
        if len(left["logprobs"]) != len(right["logprobs"]):
            print(f"row {number} has {len(right['logprobs'])} numbers, expected {len(left['logprobs'])}")
            return False
        for position, (a, b) in enumerate(zip(left["logprobs"], right["logprobs"])):
            difference = abs(a - b) if a == a and b == b else float("inf")
            if difference > worst:
                worst, place = difference, f"row {number}, token {position + 1}"
    agrees = worst <= tolerance
    print(f"{'agrees' if agrees else 'DIFFERS'}: {len(expected)} rows, largest difference {worst:.2e} ({place})")
    return agrees


def check(model_folder, adapter_folder, scores, tolerance):
    model = transformers.AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32)
    if adapter_folder:
        model = peft.PeftModel.from_pretrained(model, adapter_folder)
    rows = read_rows(scores)
    return compare(scored(model.eval(), rows), rows, tolerance)


def tiny(family):
    shape = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
                 num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128)
    torch.manual_seed(11)
    if family == "qwen2":
        model = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(tie_word_embeddings=True, **shape))
    elif family == "qwen3":
        model = transformers.Qwen3ForCausalLM(transformers.Qwen3Config(tie_word_embeddings=True, head_dim=12, **shape))
    elif family == "mistral":
        model = transformers.MistralForCausalLM(
            transformers.MistralConfig(tie_word_embeddings=False, sliding_window=5, head_dim=8, **shape))
    else:
        model = transformers.LlamaForCausalLM(transformers.LlamaConfig(tie_word_embeddings=False, **shape))
    with torch.no_grad():
        for parameter in model.parameters():  # large enough that an error shows in the scores
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return model.eval()


def write(out):
    """For each family: base, shards of it, adapters of several kinds, a merged model, and the scores of each."""
    draw = random.Random(5)
    rows = [{"ids": [draw.randrange(64) for _ in range(length)]} for length in (2, 9, 40)]
    kinds = {
        "plain": dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"]),
        "all": dict(r=4, lora_alpha=8, target_modules="all-linear", use_rslora=True),
        "patterns": dict(r=4, lora_alpha=8, target_modules=PROJECTIONS,
                         rank_pattern={"layers.0.self_attn.q_proj": 2}, alpha_pattern={"mlp.up_proj": 3}),
        "dora": dict(r=4, lora_alpha=8, target_modules="all-linear", use_dora=True),
        "regex": dict(r=2, lora_alpha=2, target_modules=r".*layers\.1\..*(down|gate)_proj"),
    }
    for family in ("llama", "qwen2", "qwen3", "mistral"):
        folder = pathlib.Path(out) / family
        tiny(family).save_pretrained(folder / "base")
        tiny(family).save_pretrained(folder / "base-sharded", max_shard_size="20KB")
        write_rows(folder / "rows.jsonl", rows)
        write_rows(folder / "base.expected.jsonl", scored(tiny(family), rows))
        for kind, settings in kinds.items():
            model = peft.get_peft_model(tiny(family), peft.LoraConfig(task_type="CAUSAL_LM", **settings))
            with torch.no_grad():
                for name, parameter in model.named_parameters():
                    if "lora_B" in name:
                        parameter.normal_(std=0.05)
                    elif "magnitude" in name:
                        parameter.mul_(1 + torch.randn_like(parameter) * 0.1)
            model.eval()
            model.save_pretrained(folder / f"adapter-{kind}")
            write_rows(folder / f"adapter-{kind}.expected.jsonl", scored(model, rows))
        model.merge_and_unload().save_pretrained(folder / "merged-regex")
    print(f"wrote {out}; score rows.jsonl with each model and adapter, then compare with *.expected.jsonl")
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tolerance", type=float, default=1e-4, help="largest difference allowed (default 1e-4)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("write").add_argument("out")
    reading = verbs.add_parser("check")
    reading.add_argument("--model", required=True)
    reading.add_argument("--adapter")
    reading.add_argument("scores")
    comparing = verbs.add_parser("compare")
    comparing.add_argument("expected")
    comparing.add_argument("scores")
    given = parser.parse_args()
    if given.verb == "compare":
        agrees = compare(read_rows(given.expected), read_rows(given.scores), given.tolerance)
    elif MISSING:
        print(f"skipped: {MISSING} is not installed here (pip install torch transformers peft)")
        agrees = True
    elif given.verb == "write":
        agrees = write(given.out)
    else:
        agrees = check(given.model, given.adapter, given.scores, given.tolerance)
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
