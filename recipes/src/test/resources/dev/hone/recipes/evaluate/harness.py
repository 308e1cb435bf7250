"""Writes harness.json: what lm-evaluation-harness 0.4.13 finds for rows.jsonl, without and with two examples.

usage: harness.py MODEL, the folder that ChoicesTest makes (CPU, float32, transformers 5.18, torch 2.13)
"""

import json
import sys
from pathlib import Path

import lm_eval.evaluator
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.huggingface import HFLM

HERE = Path(__file__).parent


class Rows(list):
    @property
    def features(self):
        return dict.fromkeys(self[0])


def rows(name):
    return Rows(json.loads(line) for line in (HERE / name).read_text().splitlines())


model = HFLM(pretrained=sys.argv[1], device="cpu", dtype="float32", batch_size=4)
found = {}
for shots in (0, 2):
    task = ConfigurableTask(
        config=dict(
            task="rows",
            custom_dataset=lambda **_: {"test": rows("rows.jsonl"), "dev": rows("examples.jsonl")},
            test_split="test",
            fewshot_split="dev",
            fewshot_config={"sampler": "first_n"},
            num_fewshot=shots,
            output_type="multiple_choice",
            doc_to_text="{{query}}",
            doc_to_choice="choices",
            doc_to_target="gold",
            metric_list=[dict(metric=m, aggregation="mean", higher_is_better=True) for m in ("acc", "acc_norm")],
        )
    )
    samples = lm_eval.evaluator.evaluate(lm=model, task_dict={"rows": task}, log_samples=True)["samples"]["rows"]
    found[f"{shots} examples"] = [
        dict(logprobs=[round(float(r[0][0]), 5) for r in s["resps"]], acc=s["acc"], acc_norm=s["acc_norm"])
        for s in sorted(samples, key=lambda s: s["doc_id"])
    ]
lines = [
    f'  "{name}": [\n' + ",\n".join("    " + json.dumps(one) for one in of) + "\n  ]" for name, of in found.items()
]
(HERE / "harness.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
