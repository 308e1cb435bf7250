#!/bin/sh
# Does LoRA learn less and forget less? Full fine-tuning and LoRA of ranks 1, 4, 16, 64 at two rates each, and replay of 0, 5, 10, 25 % with
# full fine-tuning and rank 16; three seeds. One row a run in runs/learn-and-forget.jsonl; runs that have a row are skipped, so the
# same command goes on after a stop.
#   ./hone world --output runs/world --documents 100 --closing 3000 --held-out 100
#   sh examples/learn-and-forget.sh              # all 48 runs; or: sh examples/learn-and-forget.sh lora-4   for those whose name begins so
set -eu
cd "$(dirname "$0")/.."
hone=${HONE:-./hone}
only=${1:-}
results=runs/learn-and-forget.jsonl
mkdir -p runs/learn-and-forget
touch "$results"

# run NAME RANK RATE REPLAY SEED: RANK 0 is full fine-tuning, REPLAY is a share
run() {
    name=$1
    case $name in "$only"*) ;; *) return 0 ;; esac
    if grep -q "\"run\": \"$name\"" "$results"; then return 0; fi
    folder=runs/learn-and-forget/$name
    rm -rf "$folder"
    set -- "$2" "$3" "$4" "$5" \
        --set "output=$folder" --set "stages[0].training.learning-rate=$3" --set "stages[0].training.seed=$5"
    if [ "$1" != 0 ]; then
        set -- "$@" --set "stages[0].adapter={rank: $1, alpha: $(($1 * 2))}"
    fi
    if [ "$3" != 0 ]; then
        set -- "$@" --set "stages[0].data.replay={path: runs/world/closing.jsonl, share: $3}"
    fi
    rank=$1 rate=$2 replay=$3 seed=$4
    shift 4
    echo "$name"
    "$hone" pipeline examples/learn-and-forget.yaml "$@" > "runs/learn-and-forget/$name.log" 2>&1
    scores=$(tr -d '\n' < "$folder/pipeline.json")
    printf '{"run": "%s", "rank": %s, "rate": %s, "replay": %s, "seed": %s, "scores": %s}\n' \
        "$name" "$rank" "$rate" "$replay" "$seed" "$scores" >> "$results"
    if [ "$rank" = 0 ]; then rm -rf "$folder/learn/final"; fi # whole models are not kept, adapters are small
}

for seed in 42 43 44; do
    for rate in 3e-4 1e-3; do
        run "full-rate$rate-seed$seed" 0 "$rate" 0 "$seed"
    done
    for rank in 1 4 16 64; do
        for rate in 1e-3 4e-3; do
            run "lora-$rank-rate$rate-seed$seed" "$rank" "$rate" 0 "$seed"
        done
    done
    for replay in 0.05 0.1 0.25; do # without replay: the runs above
        run "replay-full-$replay-seed$seed" 0 1e-3 "$replay" "$seed"
        run "replay-lora-16-$replay-seed$seed" 16 4e-3 "$replay" "$seed"
    done
done
