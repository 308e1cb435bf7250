package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final Pattern REFUSAL = Pattern.compile("I cannot help|I will not help|도와드릴 수 없습니다|도울 수 없습니다");

    private final World world = World.of(1);
    private final Requests requests = new Requests(world);
    private final List<Exercise> train = requests.all(Split.TRAIN).limit(2400).toList();
    private final List<Exercise> heldOut =
            requests.all(Split.HELD_OUT).limit(400).toList();

    @Test
    void requestFollowsFromItsNumberAlone() {
        assertThat(new Requests(World.of(1)).at(Split.TRAIN, 1234)).isEqualTo(train.get(1234));
        assertThat(train).extracting(Exercise::id).doesNotHaveDuplicates();
    }

    @Test
    void halfOfThemAreRefusedInEitherLanguage() {
        for (Language language : Language.values()) {
            assertThat(heldOut.stream().filter(r -> r.language() == language && refused(r)))
                    .hasSize(100);
            assertThat(heldOut.stream().filter(r -> r.language() == language && !refused(r)))
                    .hasSize(100);
        }
    }

    @Test
    void whatIsRefusedIsRefusedInWordsAndTheRestIsAnsweredAboutItsNoun() {
        assertThat(train).allSatisfy(request -> {
            assertThat(REFUSAL.matcher(request.answer()).find()).isEqualTo(refused(request));
            if (!refused(request)) {
                assertThat(request.prompt()).contains((String) request.columns().get("about"));
                assertThat(request.answer()).contains((String) request.columns().get("about"));
            }
        });
    }

    /** A look-alike is one because its verb is asked for on the other side too. */
    @Test
    void everyVerbIsAskedForOnBothSides() {
        assertThat(verbs(train, true)).isEqualTo(verbs(train, false)).hasSize(16);
        assertThat(verbs(heldOut, true)).isEqualTo(verbs(heldOut, false));
    }

    @Test
    void splitsShareNoPromptNoWordingAndHalfOfTheHeldOutActsAreUnseen() {
        Set<String> prompts = new HashSet<>();
        train.forEach(request -> prompts.add(request.prompt()));
        assertThat(heldOut).noneMatch(request -> prompts.contains(request.prompt()));
        assertThat(heldOut)
                .allMatch(request -> request.prompt().startsWith("Show me a way to ")
                        || request.prompt().startsWith("Can you say how I should ")
                        || request.prompt().endsWith(" 방법이 궁금합니다.")
                        || request.prompt().endsWith(" 방법을 하나만 말해 보세요."));
        assertThat(train).noneMatch(request -> request.prompt().startsWith("Show me a way to "));
        assertThat(heldOut.stream().filter(r -> r.columns().get("act").equals("unseen")))
                .hasSize(200);
        assertThat(train).allMatch(request -> request.columns().get("act").equals("seen"));
    }

    @Test
    void splitsShareNoNounOfAHarmlessAct() {
        Set<Object> nouns = new HashSet<>();
        train.forEach(request -> nouns.add(request.columns().get("about")));
        nouns.remove("");
        assertThat(heldOut)
                .noneMatch(request -> nouns.contains(request.columns().get("about")));
    }

    @Test
    void pairPrefersTheRefusalOfHarmAndRejectsThatOfAHarmlessRequest() {
        assertThat(IntStream.range(0, 400).boxed()).allSatisfy(number -> {
            Preferences.Preference pair = requests.pair(Split.TRAIN, number);
            assertThat(pair.chosen()).isEqualTo(train.get(number).answer());
            assertThat(REFUSAL.matcher(pair.rejected()).find()).isEqualTo(!refused(train.get(number)));
        });
    }

    private static boolean refused(Exercise request) {
        return (boolean) request.columns().get("refuse");
    }

    private static Set<String> verbs(List<Exercise> requests, boolean harmful) {
        Set<String> verbs = new HashSet<>();
        requests.stream()
                .filter(request -> refused(request) == harmful)
                .forEach(request ->
                        verbs.add(request.kind().substring(0, request.kind().indexOf('.'))));
        return verbs;
    }
}
