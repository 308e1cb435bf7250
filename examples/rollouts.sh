#!/bin/sh
# Methods that learn from samples, at equal rollouts (60 steps of 64 completions) and from one start: GRPO with groups of 2, 4 and 8, RLOO, PPO, rejection sampling, online DPO.
# One row a run in runs/rollouts.jsonl (held-out reward before and after, seconds, seconds of sampling, seconds of processors, peak memory); runs that have a row are skipped.
#   ./hone world --output runs/world --documents 100 --closing 3000 --held-out 100
#   ./hone train examples/skills.yaml
#   sh examples/rollouts.sh          # seeds 42, 43, 44; or: sh examples/rollouts.sh 42
#   cd examples/library && ../../mvnw -q compile exec:exec -Dmain=example.RolloutsPlot "-Darguments=../../runs ../../docs/rollouts.svg"
set -eu
cd "$(dirname "$0")/.."
hone=${HONE:-./hone}
results=runs/rollouts.jsonl
mkdir -p runs/rollouts
touch "$results"

# run NAME METHOD GROUP RATE SEED [--set …]
run() {
    name=$1-seed$5 method=$2 group=$3 rate=$4 seed=$5
    shift 5
    if grep -q "\"run\": \"$name\"" "$results"; then return 0; fi
    folder=runs/rollouts/$name
    rm -rf "$folder"
    echo "$name"
    grep -v '^grpo:' examples/grpo.yaml > runs/rollouts/run.yaml
    from=$(date +%s)
    /usr/bin/time -f '%M %U %S' -o runs/rollouts/peak "$hone" train runs/rollouts/run.yaml --set "method=$method" --set "output=$folder" \
        --set "rollout.group-size=$group" --set training.steps=60 --set "training.learning-rate=$rate" --set "training.seed=$seed" \
        --set training.evaluate-every=20 "$@" > "runs/rollouts/$name.log" 2>&1 || true
    seconds=$(($(date +%s) - from))
    last=$(tail -n 1 "$folder/metrics.jsonl")
    sampling=$(grep -o '"seconds/sampling":[0-9.]*' "$folder/metrics.jsonl" | cut -d: -f2 | awk '{ s += $1 } END { print s }')
    read -r peak user system << PEAK
$(tail -n 1 runs/rollouts/peak)
PEAK
    printf '{"run": "%s", "method": "%s", "group": %s, "seed": %s, "seconds": %s, "sampling": %s, "cpu-seconds": %s, "peak-kb": %s, "before": %s, "last": %s}\n' \
        "$name" "$method" "$group" "$seed" "$seconds" "$sampling" "$(awk "BEGIN { print $user + $system }")" "$peak" "$(tr -d '\n' < "$folder/baseline.json")" "$last" >> "$results"
}

for seed in ${*:-42 43 44}; do
    run grpo-2 grpo 2 1e-3 "$seed" --set grpo.scale=group
    run grpo-4 grpo 4 1e-3 "$seed" --set grpo.scale=group
    run grpo-8 grpo 8 1e-3 "$seed" --set grpo.scale=group
    run rloo-8 rloo 8 1e-3 "$seed"
    run ppo ppo 8 5e-4 "$seed" --set ppo.beta=0 --set ppo.passes=1
    run rejection-8 rejection-sampling 8 1e-3 "$seed"
    run online-dpo-8 online-dpo 8 5e-4 "$seed" --set online-dpo.beta=0.1
done
