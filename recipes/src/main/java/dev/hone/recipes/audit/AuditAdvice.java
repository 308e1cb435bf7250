package dev.hone.recipes.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What to do about the usual errors of a reward. */
final class AuditAdvice {
    /** A form of which more than this is taken the wrong way is one that the reward does not know. */
    private static final double MOST = 0.5;

    private AuditAdvice() {}

    /** In a line each; empty where nothing is known to help. */
    static List<String> on(RewardFindings reward) {
        List<String> advice = new ArrayList<>();
        if (mistakes(reward, AnswerForm.GOLD)) {
            advice.add("it refuses the rows' own answers: is it the reward for this column? --answer names another");
        } else if (mistakes(reward, AnswerForm.ALONE)) {
            advice.add("the column holds whole solutions, and it compares with all of them: write what follows ####, or"
                    + " stands in \\boxed{}, into a column of its own and name it with --answer");
        } else if (mistakes(reward, AnswerForm.SENTENCE)) {
            advice.add("it wants the answer and nothing else: ask for that in the prompt"
                    + (reward.reward().contains("answer-tag:")
                            ? ""
                            : ", or have the answer marked and read that part (answer-tag:" + reward.reward() + ")"));
        }
        if (mistakes(reward, AnswerForm.OFF_BY_ONE)
                || mistakes(reward, AnswerForm.SIGN)
                || mistakes(reward, AnswerForm.TEN_TIMES)) {
            advice.add("it does not read numbers as numbers: take numeric where answers are numbers");
        }
        if (mistakes(reward, AnswerForm.EITHER)
                || mistakes(reward, AnswerForm.OR)
                || mistakes(reward, AnswerForm.ALL)) {
            advice.add(
                    "a model can learn to name several answers: watch the length, or have the answer marked and compare all"
                            + " that is marked (answer-tag:exact)");
        }
        if (mistakes(reward, AnswerForm.EMPTY)) {
            advice.add("it accepts an empty answer, which is the first thing that a model will learn");
        }
        if (mistakes(reward, AnswerForm.REASONING)
                && !mistakes(reward, AnswerForm.ALONE)
                && !mistakes(reward, AnswerForm.SENTENCE)) {
            advice.add("it does not look behind <think>: after-think:" + reward.reward() + " does");
        }
        if (reward.unscored() > 0) {
            advice.add("completions without a score are left out in training; see why above");
        }
        return advice;
    }

    private static boolean mistakes(RewardFindings reward, AnswerForm... forms) {
        return reward.forms().stream()
                .anyMatch(result ->
                        Stream.of(forms).anyMatch(form -> form.title().equals(result.form()))
                                && result.wrong() > MOST * result.tried());
    }
}
