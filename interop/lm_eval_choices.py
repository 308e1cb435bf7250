"""Compares multiple choice of hone with lm-evaluation-harness, question by question.

  ./hone evaluate tasks.yaml --model MODEL --output OUT      # compute: fp32, choices: the same files
  python interop/lm_eval_choices.py MODEL OUT FILE.jsonl... [--limit N] [--shots K --examples FILE.jsonl]

Files are those that docs/evaluate.md lists (ARC, HellaSwag, MMLU, KoBEST). For each, n, acc and acc_norm of hone and of the harness, and the
largest difference of a log-likelihood; the exit code is 1 where a question is decided otherwise. With examples: the first K rows, those of the
question's subject where there is one (examples: {path, count: K, same: subject}).
"""

import argparse
import json
import sys
from pathlib import Path

import lm_eval.evaluator
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks.kobest import utils as kobest

METRICS = [dict(metric=m, aggregation="mean", higher_is_better=True) for m in ("acc", "acc_norm")]
MMLU = "{{question.strip()}}\nA. {{choices[0]}}\nB. {{choices[1]}}\nC. {{choices[2]}}\nD. {{choices[3]}}\nAnswer:"
ABOUT = "The following are multiple choice questions (with answers) about %s.\n\n"


class Rows(list):
    @property
    def features(self):
        return dict.fromkeys(self[0])


def truth(text):
    return int(str(text).lower() in ("true", "1"))


def task_of(row):
    """How the harness asks rows with these columns: the row as its task has it, and the task's settings."""
    if "query" in row:
        return (lambda d: d), dict(doc_to_text="{{query}}", doc_to_choice="choices", doc_to_target="gold")
    if "choices" in row:
        return (lambda d: dict(d, answer="ABCD".index(d["answer"]), about=ABOUT % d["subject"].replace("_", " "))), dict(
            doc_to_text=MMLU, doc_to_choice=["A", "B", "C", "D"], doc_to_target="answer")
    if "Question" in row:
        return (lambda d: dict(paragraph=d["Text"], question=d["Question"], label=truth(d["Answer"]))), dict(
            doc_to_text="{{paragraph}} 질문: {{question}} 답변: ", doc_to_choice=["아니오", "예"], doc_to_target="label")
    if "sentence" in row:
        return (lambda d: dict(premise=d["sentence"], question=d["question"], alternative_1=d["1"], alternative_2=d["2"],
                               label=int(d["Answer"]) - 1)), dict(
            doc_to_text=kobest.copa_doc_to_text, doc_to_choice=kobest.copa_doc_to_choice, doc_to_target="label")
    if "choice1" in row:
        return (lambda d: dict(query="문장: " + d["context"], choices=[d[f"choice{i}"] for i in (1, 2, 3, 4)],
                               label=int(d["label"]))), dict(
            doc_to_text="{{query}}", doc_to_choice="choices", doc_to_target="label")
    if "Label" in row:
        return (lambda d: dict(sentence=d["Text"], label=int(d["Label"]))), dict(
            doc_to_text=kobest.sentineg_doc_to_text, doc_to_choice=["부정", "긍정"], doc_to_target="label")
    return (lambda d: dict(context_1=d["SENTENCE1"], context_2=d["SENTENCE2"], word=d["Target"], label=truth(d["ANSWER"]))), dict(
        doc_to_text=kobest.wic_doc_to_text, doc_to_choice=["아니오", "예"], doc_to_target="label")


def read(file):
    return [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines() if line.strip()]


def asked(model, file, limit, shots, examples):
    """What the harness finds for each row: log-likelihoods, acc, acc_norm."""
    rows = read(file)[:limit]
    convert, settings = task_of(rows[0])
    docs = [convert(row) for row in rows]
    shown = [convert(row) for row in read(examples)] if shots else docs
    found = {}
    for about in dict.fromkeys(doc.get("about", "") for doc in docs):  # a task of the harness has one description
        own = [i for i, doc in enumerate(docs) if doc.get("about", "") == about]
        data = dict(test=Rows(docs[i] for i in own), dev=Rows(doc for doc in shown if doc.get("about", "") == about))
        task = ConfigurableTask(config=dict(
            task="rows", custom_dataset=lambda data=data, **_: data, test_split="test", fewshot_split="dev",
            fewshot_config={"sampler": "first_n"}, num_fewshot=shots, description=about, output_type="multiple_choice",
            metric_list=METRICS, **settings))
        samples = lm_eval.evaluator.evaluate(lm=model, task_dict={"rows": task}, log_samples=True, bootstrap_iters=0)["samples"]
        for sample in samples["rows"]:
            found[own[sample["doc_id"]]] = sample
    return [found[i] for i in range(len(docs))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("output")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--shots", type=int, default=0)
    parser.add_argument("--examples")
    args = parser.parse_args()
    model = HFLM(pretrained=args.model, device="cpu", dtype="float32", batch_size=16)
    differ = 0
    for file in args.files:
        theirs = asked(model, file, args.limit, args.shots, args.examples)
        ours = [row["details"] for row in read(Path(args.output) / "cases" / Path(file).name)][: len(theirs)]
        n = len(ours)
        furthest = max(abs(choice["logprob"] - float(response[0][0]))
                       for our, their in zip(ours, theirs) for choice, response in zip(our["choices"], their["resps"]))
        other = sum(our[m] != bool(their[m]) for our, their in zip(ours, theirs) for m in ("acc", "acc_norm"))
        differ += other
        print(Path(file).stem, n, *(f"{m} {sum(o[m] for o in ours) / n:.6f} {sum(t[m] for t in theirs) / n:.6f}" for m in ("acc", "acc_norm")),
              f"furthest {furthest:.1e}", f"decided otherwise {other}", flush=True)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
