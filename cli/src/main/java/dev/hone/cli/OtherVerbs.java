package dev.hone.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Verbs that users of other tools expect and hone does not have, each with the road there is. */
final class OtherVerbs {
    private static final String MERGE = "  ./hone merge --model MODEL --adapter runs/first/final --output merged";

    /** First the verbs, then the answer's lines. */
    private static final Map<List<String>, List<String>> ROADS = Map.ofEntries(
            Map.entry(
                    List.of("gguf", "convert", "ollama", "llamacpp"),
                    List.of(
                            "merge the adapter, then convert the folder with llama.cpp (Ollama reads the file too):",
                            MERGE,
                            "  python llama.cpp/convert_hf_to_gguf.py merged --outfile merged.gguf")),
            Map.entry(
                    List.of("quantize", "quantise", "quant", "awq", "gptq"),
                    List.of(
                            "--compute int8 of generate, chat and sample quantises while weights are read. For a file, merge and"
                                    + " convert with llama.cpp:",
                            MERGE,
                            "  python llama.cpp/convert_hf_to_gguf.py merged --outfile merged.gguf",
                            "  llama-quantize merged.gguf merged-q4.gguf Q4_K_M")),
            Map.entry(
                    List.of("serve", "server", "api", "vllm-serve", "deploy"),
                    List.of(
                            "hone has no server yet; a merged checkpoint is served by vLLM, TGI or (as GGUF) llama.cpp:",
                            MERGE,
                            "  vllm serve merged")),
            Map.entry(
                    List.of("export", "save", "merge-lora", "merge-and-unload", "unload"),
                    List.of(
                            "a run leaves files that every tool of the ecosystem reads (a checkpoint, or an adapter in PEFT's"
                                    + " format); merge makes one checkpoint of both:",
                            MERGE)),
            Map.entry(
                    List.of("pull", "fetch", "hub", "login"),
                    List.of(
                            "download fetches a model of the Hugging Face hub; for gated ones HF_TOKEN holds your token:",
                            "  ./hone download Qwen/Qwen2.5-0.5B")),
            Map.entry(
                    List.of("push", "publish", "share"),
                    List.of(
                            "upload sends a run's result to the Hugging Face hub, with a model card:",
                            "  ./hone upload runs/first YOU/NAME")),
            Map.entry(
                    List.of("eval", "lm-eval", "lm_eval", "benchmark", "test"),
                    List.of(
                            "evaluate measures a model on the tasks of a file, multiple choice as lm-evaluation-harness does"
                                    + " (docs/evaluate.md); other suites read a merged checkpoint:",
                            "  ./hone evaluate tasks.yaml --model MODEL --adapter runs/first/final",
                            MERGE,
                            "  lm_eval --model hf --model_args pretrained=merged --tasks hellaswag")),
            Map.entry(
                    List.of("ui", "webui", "webchat", "gui", "board", "studio", "dashboard", "tensorboard"),
                    List.of(
                            "hone lives in the terminal: chat and prefer are screens, and every run leaves report.html. Curves of runs:",
                            "  tensorboard --logdir runs")),
            Map.entry(
                    List.of("finetune", "fine-tune", "tune", "fit", "lora", "qlora", "run", "resume"),
                    List.of(
                            "train does, from a file that names model, data and method (docs/run-file.md); the same command resumes:",
                            "  ./hone train run.yaml")),
            Map.entry(
                    List.of("infer", "inference", "predict", "ask", "complete", "cli"),
                    List.of(
                            "generate answers or continues texts, chat holds a conversation:",
                            "  ./hone generate --model MODEL --chat \"What is 3 + 4?\"",
                            "  ./hone chat --model MODEL --adapter runs/first/final")),
            Map.entry(
                    List.of("preprocess", "prepare", "tokenize", "tokenise", "dataset", "validate", "lint", "stats"),
                    List.of(
                            "rows are read as they are, when a run starts; these show what it will see and what is wrong with it:",
                            "  ./hone data train.jsonl --model MODEL",
                            "  ./hone render --model MODEL --input train.jsonl",
                            "  ./hone check run.yaml")),
            Map.entry(
                    List.of("estimate", "memory", "estimate-memory"),
                    List.of("plan does, part by part:", "  ./hone plan run.yaml")),
            Map.entry(
                    List.of("config", "configure", "new"),
                    List.of(
                            "a run file is a few lines, all of them in docs/run-file.md; init writes one, editors complete it by its schema:",
                            "  ./hone init train.jsonl --model MODEL",
                            "  ./hone schema > run.schema.json")));

    private static final List<String> METHODS = List.of(
            "pretrain",
            "cpt",
            "pt",
            "sft",
            "distill",
            "reward",
            "rm",
            "dpo",
            "simpo",
            "cpo",
            "orpo",
            "kto",
            "grpo",
            "rloo",
            "ppo",
            "online-dpo",
            "rejection-sampling",
            "online-distill");
    private static final List<String> LEARNING = List.of("rl", "rlhf", "rlvr", "reinforce");
    private static final Map<String, List<String>> BY_VERB = byVerb();

    private OtherVerbs() {}

    /** What to tell a user of this verb, line by line; empty where the verb is none that is known. */
    static Optional<String> road(String verb) {
        List<String> lines = BY_VERB.get(verb.toLowerCase(Locale.ROOT));
        return lines == null ? Optional.empty() : Optional.of(verb + " is not a verb: " + String.join("\n", lines));
    }

    private static Map<String, List<String>> byVerb() {
        Map<String, List<String>> all = new HashMap<>();
        ROADS.forEach((verbs, lines) -> verbs.forEach(verb -> all.put(verb, lines)));
        for (String method : METHODS) {
            String here = method.equals("pt") ? "cpt" : method.equals("rm") ? "reward" : method;
            all.put(
                    method,
                    List.of(
                            "it is a method; write method: " + here + " into a run file (docs/run-file.md), and",
                            "  ./hone train run.yaml"));
        }
        for (String method : LEARNING) {
            all.put(
                    method,
                    List.of(
                            "it is learning from samples: method: grpo, rloo or ppo with rewards in a run file"
                                    + " (docs/run-file.md; RLHF as a pipeline: examples/rlhf.yaml), and",
                            "  ./hone train run.yaml"));
        }
        return Map.copyOf(all);
    }
}
