package dev.hone.rollout;

import dev.hone.testkit.RewardContract;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Rewards of all kinds keep the {@linkplain RewardContract contract}. */
class RewardsTest {
    @Nested
    class OfContains extends OfAnswer {
        @Override
        protected Reward open() {
            return new ContainsReward("answer");
        }
    }

    @Nested
    class OfExact extends OfAnswer {
        @Override
        protected Reward open() {
            return new ExactReward("answer");
        }
    }

    @Nested
    class OfNumeric extends OfAnswer {
        @Override
        protected Reward open() {
            return new NumericReward("answer");
        }
    }

    @Nested
    class OfJson extends OfAnswer {
        @Override
        protected Reward open() {
            return new JsonReward("answer");
        }
    }

    @Nested
    class OfPattern extends OfAnswer {
        @Override
        protected Reward open() {
            return new PatternReward(Pattern.compile("^7$"));
        }
    }

    @Nested
    class OfJsonSchema extends RewardContract {
        @Override
        protected Reward open() {
            return JsonSchemaReward.inColumn("answer");
        }

        @Override
        protected Task task() {
            return RewardTest.task("{\"type\": \"integer\", \"maximum\": 9}");
        }

        @Override
        protected List<String> completions() {
            return List.of("7", "12", "seven");
        }
    }

    @Nested
    @DisabledOnOs(OS.WINDOWS)
    class OfCommand extends OfAnswer {
        @Override
        protected Reward open() {
            String program = "while read line; do case \"$line\" in *completion*7*logprob*) echo '{\"score\": 1}';;"
                    + " *) echo '{\"score\": 0}';; esac; done";
            return new CommandReward(List.of("sh", "-c", program), Duration.ofSeconds(20));
        }
    }

    abstract static class OfAnswer extends RewardContract {
        @Override
        protected Task task() {
            return RewardTest.task("7");
        }

        @Override
        protected List<String> completions() {
            return List.of("7", "8 or 9", "none");
        }
    }
}
