package dev.hone.data.row;

/** The prompt text of Stanford Alpaca (Taori et al., 2023), to which the answer is appended directly. */
public final class AlpacaPrompt {
    /** The template that stands for this text. */
    public static final String NAME = "alpaca";

    private static final String WITH_INPUT = "Below is an instruction that describes a task, paired with an input that"
            + " provides further context. Write a response that appropriately completes the request.";
    private static final String WITHOUT_INPUT = "Below is an instruction that describes a task. Write a response that"
            + " appropriately completes the request.";

    private AlpacaPrompt() {}

    /** The text up to where the answer begins, right after a colon. */
    public static String of(String instruction, String input) {
        return of("", instruction, input);
    }

    /** The same, a system text that is not empty taking the place of the opening paragraph. */
    public static String of(String system, String instruction, String input) {
        String usual = input.isEmpty() ? WITHOUT_INPUT : WITH_INPUT;
        return (system.isEmpty() ? usual : system)
                + "\n\n### Instruction:\n" + instruction
                + (input.isEmpty() ? "" : "\n\n### Input:\n" + input)
                + "\n\n### Response:";
    }
}
