package dev.hone.recipes.run;

import dev.hone.config.Synonyms;
import java.util.HashMap;
import java.util.Map;

/**
 * What other tools that fine-tune (transformers, TRL, PEFT, LLaMA-Factory, axolotl, Unsloth) call things in their files, and what a
 * run's file calls them. Words that hone's keys resemble anyway are left out: the nearest key is found without them.
 */
final class OtherTools {
    private static final String NO_QUANTISED_BASE =
            "a quantised base cannot be trained yet; leave it out (training.recompute: layers saves memory)";
    private static final String PROCESSOR = "hone computes on the processor; leave it out";
    private static final String ONE_PROCESS = "one process trains, on one machine; leave it out";
    private static final String ALWAYS_LOGGED =
            "metrics.jsonl, TensorBoard events and curves are always written to output, a line a step; leave it out";
    private static final String ROWS =
            "here it is training.rows-per-step, the rows of one update (there: batch size times"
                    + " accumulation); how many are computed at once is training.rows-per-batch";
    /** Names of a setting, before the colon the setting that they mean, after it names that do. */
    private static final String RENAMED = """
            adapter.alpha: lora_alpha
            adapter.dropout: lora_dropout
            adapter.path: adapter_name_or_path, lora_model_dir, adapter_path
            adapter.rank: lora_rank, lora_r, r, lora_dim
            adapter.rank-stabilised: use_rslora, peft_use_rslora
            adapter.targets: target_modules, lora_target, lora_target_modules, lora_modules, target
            adapter.type: use_dora, peft_use_dora
            data.evaluate: val_set_size, eval_dataset, validation_file, validation_split, test_size, test_datasets, val_size
            data.max-tokens: cutoff_len, max_seq_length, max_seq_len, max_length, sequence_len, model_max_length, block_size
            data.packing: sample_packing, neat_packing
            data.shuffle: shuffle_dataset, disable_shuffling
            data.template: chat_template, prompt_template
            data.train: dataset, datasets, dataset_name, dataset_path, dataset_dir, train_file, train_dataset, data_files, data_path
            dpo.beta: pref_beta, dpo_beta, rl_beta
            dpo.loss: pref_loss, loss_type
            method: stage, rl, rlhf, finetuning_method, train_type
            model: model_name_or_path, base_model, model_name, model_id, pretrained_model_name_or_path, model_path
            output: output_dir, save_path
            sft.embedding-noise: neftune_noise_alpha, neftune_alpha
            sft.learn: train_on_inputs, train_on_prompt, mask_prompt, completion_only_loss, assistant_only_loss, mask_history
            training.checkpoint-every: save_steps, saves_per_epoch
            training.compute: bf16, fp16, tf32, torch_dtype, dtype, precision, mixed_precision, pure_bf16
            training.early-stop: early_stopping_patience, early_stopping
            training.epochs: num_train_epochs, num_epochs, n_epochs, max_epochs
            training.evaluate-every: eval_steps, evals_per_epoch
            training.keep-checkpoints: save_total_limit
            training.learning-rate: lr, lr_rate, base_lr
            training.max-gradient-norm: max_grad_norm, gradient_clipping, gradient_clip_val, clip_grad_norm
            training.optimizer: optim, optimizer_type
            training.optimizer.betas: adam_beta1, adam_beta2, adam_betas
            training.optimizer.epsilon: adam_epsilon, adam_eps
            training.optimizer.weight-decay: weight_decay, wd
            training.recompute: gradient_checkpointing, use_gradient_checkpointing, activation_checkpointing
            training.schedule: lr_scheduler_type, lr_scheduler, scheduler
            training.schedule.warmup: warmup_ratio, warmup_steps, num_warmup_steps
            training.seed: random_state, data_seed, random_seed
            training.steps: max_steps, max_train_steps, num_iterations
            """;

    private static final Map<String, String> OTHERWISE = Map.ofEntries(
            Map.entry("per_device_train_batch_size", ROWS),
            Map.entry("train_batch_size", ROWS),
            Map.entry("batch_size", ROWS),
            Map.entry("micro_batch_size", ROWS),
            Map.entry("gradient_accumulation_steps", ROWS),
            Map.entry("per_device_eval_batch_size", "held-out rows are computed as training rows are; leave it out"),
            Map.entry("eval_batch_size", "held-out rows are computed as training rows are; leave it out"),
            Map.entry("load_in_4bit", NO_QUANTISED_BASE),
            Map.entry("load_in_8bit", NO_QUANTISED_BASE),
            Map.entry("quantization_bit", NO_QUANTISED_BASE),
            Map.entry("quantization", NO_QUANTISED_BASE),
            Map.entry("bnb_4bit_quant_type", NO_QUANTISED_BASE),
            Map.entry("bnb_4bit_compute_dtype", NO_QUANTISED_BASE),
            Map.entry("device", PROCESSOR),
            Map.entry("device_map", PROCESSOR),
            Map.entry("use_cpu", PROCESSOR),
            Map.entry("no_cuda", PROCESSOR),
            Map.entry("flash_attention", PROCESSOR),
            Map.entry("flash_attn", PROCESSOR),
            Map.entry("attn_implementation", PROCESSOR),
            Map.entry("deepspeed", ONE_PROCESS),
            Map.entry("fsdp", ONE_PROCESS),
            Map.entry("fsdp_config", ONE_PROCESS),
            Map.entry("ddp_timeout", ONE_PROCESS),
            Map.entry("local_rank", ONE_PROCESS),
            Map.entry("report_to", ALWAYS_LOGGED),
            Map.entry("logging_steps", ALWAYS_LOGGED),
            Map.entry("logging_dir", ALWAYS_LOGGED),
            Map.entry("plot_loss", ALWAYS_LOGGED),
            Map.entry("run_name", ALWAYS_LOGGED),
            Map.entry("wandb_project", ALWAYS_LOGGED),
            Map.entry("use_wandb", ALWAYS_LOGGED),
            Map.entry(
                    "finetuning_type",
                    "an adapter is trained where adapter stands in the file, and every weight where it does not"),
            Map.entry("do_train", "the verb says it: ./hone train, ./hone check; leave it out"),
            Map.entry("do_eval", "data.evaluate says what is measured; leave it out"),
            Map.entry("eval_strategy", "training.evaluate-every says how often; leave it out"),
            Map.entry("evaluation_strategy", "training.evaluate-every says how often; leave it out"),
            Map.entry("save_strategy", "training.checkpoint-every says how often; leave it out"),
            Map.entry("overwrite_output_dir", "a finished run is never overwritten; choose another output"),
            Map.entry("resume_from_checkpoint", "the same command resumes a run; leave it out"),
            Map.entry("trust_remote_code", "code in a checkpoint is never run; leave it out"));

    /** Answers to keys and methods that a run's file does not have. */
    static final Synonyms SYNONYMS = new Synonyms(keys(), Map.of("method", methods()));

    private OtherTools() {}

    private static Map<String, String> keys() {
        Map<String, String> keys = new HashMap<>(OTHERWISE);
        RENAMED.lines().forEach(line -> {
            String[] parts = line.split(": ", 2);
            for (String name : parts[1].split(", ", -1)) {
                keys.put(name, "here it is " + parts[0]);
            }
        });
        return keys;
    }

    private static Map<String, String> methods() {
        Map<String, String> methods = new HashMap<>();
        methods.put("reinforce", "is called rloo here: REINFORCE whose baseline is the rest of the group");
        methods.put("reinforce++", "is not there; rloo: {normalise: true} is near to it");
        methods.put("gspo", "is grpo at the level of sequences here: method: grpo, grpo: {level: sequence}");
        methods.put("dapo", "is the usual loss of grpo here: method: grpo");
        methods.put("dr-grpo", "is a loss of grpo here: method: grpo, grpo: {loss: dr-grpo}");
        for (String name : "lora, qlora, dora, freeze, full".split(", ", -1)) {
            methods.put(
                    name,
                    "is not a method but what is trained: sft with adapter: {rank: 16} trains a LoRA, and without adapter"
                            + " every weight");
        }
        methods.put("pt", "is called cpt here, or pretrain where it starts from random weights");
        methods.put("rm", "is called reward here");
        methods.put("ipo", "is a loss of dpo here: method: dpo, dpo: {loss: ipo}");
        methods.put("gkd", "is called distill here");
        return methods;
    }
}
