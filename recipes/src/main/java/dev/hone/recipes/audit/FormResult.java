package dev.hone.recipes.audit;

import java.util.List;

/**
 * What a reward made of one form of completion.
 *
 * @param form what it is called
 * @param right whether such completions are right
 * @param tried the number of them
 * @param wrong those that the reward took the wrong way: right ones that it refused, or wrong ones that it accepted
 * @param unscored those that it gave no score
 * @param examples some of both
 */
public record FormResult(String form, boolean right, int tried, int wrong, int unscored, List<Example> examples) {
    /**
     * One that went wrong.
     *
     * @param place the row
     * @param answer its right answer
     * @param score NaN where there is none
     * @param reason why there is no score; empty where there is one
     */
    public record Example(String place, String answer, String completion, double score, String reason) {}

    public FormResult {
        examples = List.copyOf(examples);
    }
}
