package dev.hone.world;

/**
 * A task in words, and its one correct answer. Immutable.
 *
 * @param id unique within its world, such as {@code train-12}
 * @param passage the text the question is about; empty where it needs none
 * @param question what is asked for
 * @param answer the exact answer
 */
public record Instruction(
        String id,
        Split split,
        Language language,
        InstructionTask task,
        String passage,
        String question,
        String answer) {

    /** The prompt: the passage, if any, and the question on a line of its own. */
    public String prompt() {
        return passage.isEmpty() ? question : passage + "\n" + question;
    }

    /**
     * True if {@code reply} is the answer: the same characters in the same case, apart from white space at either end and
     * the length and kind of white space within. Anything more or less is wrong, an added full stop included.
     */
    public boolean accepts(String reply) {
        return reply.strip().replaceAll("\\s+", " ").equals(answer);
    }
}
