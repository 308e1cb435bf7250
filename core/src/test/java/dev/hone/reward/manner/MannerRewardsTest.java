package dev.hone.reward.manner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.error.DataException;
import dev.hone.reward.Reward;
import dev.hone.reward.Task;
import dev.hone.testkit.RewardContract;
import dev.hone.text.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MannerRewardsTest {
    private static final String FORM = "# Incident\n## Summary\n## Cause\n## Notes (optional)\nSigned:\n";

    /** 120 sentences that were written and labelled for this; the rules were written by the first half. */
    @Test
    void ofLabelledSentencesFewHaveAnotherTone() {
        assertThat(misjudged("tones.jsonl")).isEmpty();
        assertThat(misjudged("tones-held-out.jsonl")).isEmpty();
    }

    private static List<String> misjudged(String file) {
        List<JsonNode> rows = LabelledReplies.of(file);
        assertThat(rows).hasSize(60);
        return rows.stream()
                .filter(row -> {
                    List<Tone> found = Tone.all(row.path("sentence").asText());
                    return !row.path("tone")
                            .asText()
                            .equals(found.size() == 1 ? found.get(0).toString() : found.isEmpty() ? "없음" : "several");
                })
                .map(row -> row.path("sentence").asText())
                .toList();
    }

    /** Three sentences have a tone: two of them the wanted one. The heading, the item, the quotation and the English have none. */
    @Test
    void toneIsTheShareOfSentencesThatEndInIt() {
        String reply = "## 회의 개요\n회의를 시작합니다. 그는 \"이제 가자.\"라고 말했어요.\n- 우유\nSee you.\n내일 뵙겠습니다 😀";
        assertThat(score(new ToneReward(Tone.FORMAL), reply)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(score(new ToneReward(Tone.POLITE), reply)).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(score(new ToneReward(Tone.FORMAL), "Hello.")).isZero();
        assertThat(score(new ToneReward(Tone.FORMAL), "")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "'안녕하세요. Python 코드를 실행하세요.', 1",
        "'안녕하세요. Please run it. Thank you. 끝.', 0.5",
        "'```\nprint(1)\n```\n출력입니다.', 1",
        "'Hello.', 0",
        "'123', 0",
    })
    void languageIsTheShareOfSentencesInThePromptsOwn(String reply, double expected) {
        assertThat(new LanguageReward(null).score(asked("어떻게 실행해?"), RewardContract.completion(reply)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'답은 다음과 같다.\n$$x = \\frac{first}{second}$$\nx = 3 + 4\n따라서 \\boxed{seven} 이다.', 1",
        "'<think>\n먼저 더해 보자.\n</think>\n<answer>\n답은 7이다.\n</answer>', 1",
        "'<think>\nLet us add them first.\n</think>\n답은 7이다.', 0.5",
        "'It costs $5 and then $6 more. 끝.', 0.5",
        "'$x$', 0",
        "'\\( first + second \\) 그리고 \\[ third fourth fifth \\] 이다.', 1",
    })
    void formulasAndTagsAreInNoLanguage(String reply, double expected) {
        assertThat(new LanguageReward(null).score(asked("3 더하기 4는?"), RewardContract.completion(reply)))
                .isEqualTo(expected);
    }

    @Test
    void megabytesOfMarksTakeNoTime() {
        for (String marks : List.of("\\(", "\\[", "$$", "$a ", "\\boxed{", "<think>")) {
            long start = System.nanoTime();
            new LanguageReward(null).score(asked("왜?"), RewardContract.completion(marks.repeat(500_000)));
            assertThat(System.nanoTime() - start).as(marks).isLessThan(3_000_000_000L);
        }
    }

    /** More English words stand in the code than Korean characters before it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "이게 뭐야?\n```\nfor each line in the file do print the line and close it again\n```",
                "$\\text{let a be the sum of all the numbers from one to ten}$일 때 a는?",
                "\"To be or not to be, that is the question\" 무슨 뜻이야?",
            })
    void aKoreanPromptWithCodeOrFormulasWantsKorean(String prompt) {
        assertThat(new LanguageReward(null).score(asked(prompt), RewardContract.completion("좋은 질문입니다.")))
                .isEqualTo(1);
    }

    @Test
    void aNamedLanguageGoesBeforeThatOfThePrompt() {
        Task task = asked("Translate into Korean: good morning");
        assertThat(new LanguageReward(Writing.KO).score(task, RewardContract.completion("좋은 아침입니다.")))
                .isEqualTo(1);
        assertThat(new LanguageReward(Writing.JA).score(task, RewardContract.completion("東京へ行きます。")))
                .isEqualTo(1);
        assertThat(new LanguageReward(Writing.ZH).score(task, RewardContract.completion("我去东京。")))
                .isEqualTo(1);
        assertThatThrownBy(() -> new LanguageReward(null).score(asked("1 + 1"), RewardContract.completion("2")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name the one to answer in");
    }

    @Test
    void aReportThatKeepsTheFormScoresOne() {
        assertThat(kept("# Incident\nNo. 7\n## Summary\nIt broke.\n## Cause\nRust.\nSigned: Kim"))
                .isEqualTo(1);
        assertThat(
                        kept(
                                "# Incident\nNo. 7\n\n## Summary\n- It broke.\n## Cause\nRust.\n## Notes\nNone.\nSigned:\nKim\n"))
                .isEqualTo(1);
    }

    /** Four sections are required. Each thing that does not belong makes the divisor one larger. */
    @Test
    void whatIsMissingEmptyOutOfOrderOrStrayCosts() {
        assertThat(kept("# Incident\nNo. 7\n## Summary\nIt broke.\nSigned: Kim"))
                .isEqualTo(3 / 4.0);
        assertThat(kept("# Incident\nNo. 7\n## Summary\n\n## Cause\nRust.\nSigned: Kim"))
                .isEqualTo(3 / 4.0);
        assertThat(kept("# Incident\nNo. 7\n## Cause\nRust.\n## Summary\nIt broke.\nSigned: Kim"))
                .isEqualTo(3 / 5.0);
        assertThat(kept("Sure!\n# Incident\nNo. 7\n## Summary\nIt broke.\n## Cause\nRust.\nSigned: Kim"))
                .isEqualTo(4 / 5.0);
        assertThat(kept("# Incident\nNo. 7\n## Summary\nIt broke.\n## Cause\nRust.\n## Thanks\nBye\nSigned: Kim"))
                .isEqualTo(4 / 5.0);
        assertThat(kept("# Incident\nNo. 7\n## Summary\nIt broke.\n## Cause\nRust.\n## Notes\nSigned: Kim"))
                .isEqualTo(4 / 5.0);
        assertThat(kept("")).isZero();
    }

    private static double kept(String report) {
        return ReportForm.of(FORM).kept(report);
    }

    @Test
    void aFormWithoutHeadingsOrWithOneTwiceIsRefused(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("form.txt");
        assertThatThrownBy(() -> ReportForm.read(file)).isInstanceOf(DataException.class);
        Files.writeString(file, "\n \n");
        assertThatThrownBy(() -> ReportForm.read(file))
                .isInstanceOf(DataException.class)
                .hasMessage(file + ": the form has no heading that is required");
        Files.writeString(file, "# A\n# A\n");
        assertThatThrownBy(() -> ReportForm.read(file)).hasMessage(file + ": heading (# A) stands twice in the form");
    }

    @Nested
    class OfTone extends Kept {
        @Override
        protected Reward open() {
            return new ToneReward(Tone.POLITE);
        }

        @Override
        protected List<String> completions() {
            return List.of("좋아요.", "좋아요. 좋다.", "좋습니다.");
        }
    }

    @Nested
    class OfLanguage extends Kept {
        @Override
        protected Reward open() {
            return new LanguageReward(null);
        }

        @Override
        protected List<String> completions() {
            return List.of("네.", "네. Yes.", "Yes.");
        }
    }

    @Nested
    class OfForm extends Kept {
        @Override
        protected Reward open() {
            return new FormReward(ReportForm.of("A:\nB:"));
        }

        @Override
        protected List<String> completions() {
            return List.of("A: 1\nB: 2", "A: 1", "");
        }
    }

    abstract static class Kept extends RewardContract {
        @Override
        protected Task task() {
            return asked("어때?");
        }
    }

    private static double score(Reward reward, String reply) {
        return reward.score(asked("?"), RewardContract.completion(reply));
    }

    private static Task asked(String prompt) {
        return new Task(0, List.of(Message.user(prompt)), JsonNodeFactory.instance.objectNode());
    }
}
