"""Plots the rows of runs/rollouts.jsonl (examples/rollouts.sh): held-out accuracy against compute, and at the end against peak memory.

    python3 examples/rollouts-plot.py > docs/rollouts.svg

Compute is counted, not timed, so that it is the same on every machine: a token read or written by the model is 1, one that is trained on 3 (forward and
backward), and PPO's values are another pass. Prompts are read once for each group. Each line is one method, its points are means over seeds after 20, 40
and 60 steps; the bars at the end are 95 % Wilson intervals of all seeds together.
"""

import json
import math
from collections import defaultdict
from pathlib import Path

RUNS = Path("runs")
STEPS = (0, 20, 40, 60)
NAMES = {
    "grpo-2": "GRPO, groups of 2",
    "grpo-4": "GRPO, groups of 4",
    "grpo-8": "GRPO, groups of 8",
    "rloo-8": "RLOO, groups of 8",
    "ppo": "PPO",
    "rejection-8": "rejection sampling, best of 8",
    "online-dpo-8": "online DPO, best against worst of 8",
}
COLOURS = ["#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#cc79a7", "#555555"]
QUESTIONS = 100


def compute(folder, metrics):
    """Tokens passed through the model up to each step, training counted three times."""
    total, at = 0, {0: 0}
    for row in metrics:
        groups = {}
        for line in open(folder / "rollouts" / f"step-{row['step']:06d}.jsonl", encoding="utf-8"):
            rollout = json.loads(line)
            groups[rollout["group"]] = len(rollout["prompt_ids"])
            total += len(rollout["completion_ids"])
        total += sum(groups.values())
        total += row["tokens"] * (4 if "value" in row else 3)
        at[row["step"]] = total
    return at


def wilson(share, count):
    z = 1.96
    middle = (share + z * z / 2 / count) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / 4 / count / count) / (1 + z * z / count)
    return middle - half, middle + half


def read():
    """Of each method and each seed: accuracy and compute at STEPS, and peak memory in MB."""
    found = defaultdict(list)
    for line in open(RUNS / "rollouts.jsonl", encoding="utf-8"):
        run = json.loads(line)
        folder = RUNS / "rollouts" / run["run"]
        metrics = [json.loads(row) for row in open(folder / "metrics.jsonl", encoding="utf-8")]
        accuracy = {row["step"]: row["evaluation/reward"] for row in metrics if "evaluation/reward" in row}
        accuracy[0] = run["before"]["evaluation/reward"]
        at = compute(folder, metrics)
        found[run["run"].rsplit("-seed", 1)[0]].append(
            ([accuracy[s] for s in STEPS], [at[s] for s in STEPS], run["peak-kb"] / 1024)
        )
    return found


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def axis(x0, x1, low, high, ticks, label, scale):
    lines = [f'<line x1="{x0}" y1="300" x2="{x1}" y2="300" stroke="#888"/>']
    for tick in ticks:
        x = x0 + (tick - low) / (high - low) * (x1 - x0)
        lines.append(f'<line x1="{x:.1f}" y1="300" x2="{x:.1f}" y2="304" stroke="#888"/>')
        lines.append(f'<text x="{x:.1f}" y="318" text-anchor="middle">{tick * scale:g}</text>')
    lines.append(f'<text x="{(x0 + x1) / 2}" y="338" text-anchor="middle">{label}</text>')
    return lines


def main():
    found = read()
    seeds = max(len(runs) for runs in found.values())
    low, high = 0.4, 0.85
    y = lambda share: 300 - (share - low) / (high - low) * 260
    most = max(runs[0][1][-1] for runs in found.values()) * 1.08
    x = lambda tokens: 60 + tokens / most * 400
    memory_low, memory_high = 800, 1200
    m = lambda megabytes: 520 + (megabytes - memory_low) / (memory_high - memory_low) * 200
    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 350" font-family="sans-serif" font-size="11">',
        f"<title>Held-out accuracy against compute and against memory, {seeds} seed(s)</title>",
        '<rect width="960" height="350" fill="white"/>',
        '<text x="60" y="20">right of the held-out sums, %</text>',
    ]
    for share in (0.4, 0.5, 0.6, 0.7, 0.8):
        out.append(f'<line x1="60" y1="{y(share):.1f}" x2="720" y2="{y(share):.1f}" stroke="#e4e4e4"/>')
        out.append(f'<text x="54" y="{y(share) + 4:.1f}" text-anchor="end">{share * 100:.0f}</text>')
    step = 200_000
    out += axis(60, 460, 0, most, range(0, int(most) + 1, step), "compute, thousands of tokens (trained on: × 3)", 1e-3)
    out += axis(520, 720, memory_low, memory_high, range(memory_low, memory_high + 1, 100), "peak memory, MB", 1)
    for place, (name, title) in enumerate(NAMES.items()):
        runs = found.get(name)
        if not runs:
            continue
        colour = COLOURS[place]
        accuracy = [mean(run[0][i] for run in runs) for i in range(len(STEPS))]
        tokens = [mean(run[1][i] for run in runs) for i in range(len(STEPS))]
        points = " ".join(f"{x(t):.1f},{y(a):.1f}" for t, a in zip(tokens, accuracy))
        out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        bottom, top = wilson(accuracy[-1], QUESTIONS * len(runs))
        for at, radius in ((x(tokens[-1]), 3), (m(mean(run[2] for run in runs)), 4)):
            out.append(f'<line x1="{at:.1f}" y1="{y(bottom):.1f}" x2="{at:.1f}" y2="{y(top):.1f}" stroke="{colour}"/>')
            out.append(f'<circle cx="{at:.1f}" cy="{y(accuracy[-1]):.1f}" r="{radius}" fill="{colour}"/>')
        row = 50 + 18 * place
        out.append(f'<circle cx="742" cy="{row - 4}" r="4" fill="{colour}"/><text x="752" y="{row}">{title}</text>')
    out.append("</svg>")
    print("\n".join(out))


if __name__ == "__main__":
    main()
