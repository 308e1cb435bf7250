package dev.hone.recipes.alarm;

import java.util.Locale;

/** What an alarm is about, and what helps. */
public enum AlarmType {
    /** Reward and length rise together, and within groups the longer completions earn more. */
    LENGTH(
            "read some of the longest rollouts; a reward such as overlong:MOST/MARGIN or cosine:MOST/REWARD takes the gain away"),
    /** Most of the reward is for how answers are given. */
    FORM("the model learns the form and nothing else: give the form less weight, or begin with easier prompts"),
    /** Most groups have one reward for all, so that nothing is learned from them. */
    EVEN_GROUPS(
            "the prompts are too easy or too hard for it: choose others, or set rollout.resample-even-groups: true"),
    /** Little is left to choose from. */
    ENTROPY("completions become all alike: a lower learning rate, a higher clip (clip: {high: 0.28}) or fewer steps"),
    /** The policy is far from the one that sampled. */
    KL("a lower learning rate or fewer passes over a batch; of recorded rollouts, newer ones"),
    /** Sampler and trainer disagree more and more about the same tokens. */
    MISMATCH(
            "what is trained is not what was sampled: use the products that agree to the bit (docs/run-file.md, rollout)"),
    /** Completions repeat themselves. */
    REPETITION("read some rollouts; the reward repetition takes from those that repeat themselves"),
    /** Many completions do not come to an end. */
    CUT("raise rollout.max-completion-tokens, or weigh in overlong:MOST/MARGIN"),
    /** A reward that is only watched falls while the one that is trained on rises. */
    JUDGE("the reward is being hacked: take the weights from before, look at rollouts that it likes, and mend it"),
    /** One of the rewards in the sum falls while the sum rises. */
    PART("one reward is bought with another: look at rollouts, and change their weights"),
    /** Many completions have no score. */
    UNJUDGED("find out why the reward gives none; the run names the rows");

    private final String advice;

    AlarmType(String advice) {
        this.advice = advice;
    }

    /** What to do. */
    public String advice() {
        return advice;
    }

    /** As a file spells it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
