package dev.hone.data;

/** The prompt text of Stanford Alpaca (Taori et al., 2023), to which the answer is appended directly. */
public final class AlpacaPrompt {
    /** The template that stands for this text. */
    public static final String NAME = "alpaca";

    private static final String WITH_INPUT = "Below is an instruction that describes a task, paired with an input that"
            + " provides further context. Write a response that appropriately completes the request.\n\n"
            + "### Instruction:\n%s\n\n### Input:\n%s\n\n### Response:\n";
    private static final String WITHOUT_INPUT = "Below is an instruction that describes a task. Write a response that"
            + " appropriately completes the request.\n\n### Instruction:\n%s\n\n### Response:\n";

    private AlpacaPrompt() {}

    /** The text up to where the answer begins. */
    public static String of(String instruction, String input) {
        String text = input.isEmpty() ? WITHOUT_INPUT.formatted(instruction) : WITH_INPUT.formatted(instruction, input);
        return text.stripTrailing(); // the reference ends right after the colon
    }
}
