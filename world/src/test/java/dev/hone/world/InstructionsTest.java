package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InstructionsTest {
    private final World world = World.of(1);
    private final Instructions instructions = new Instructions(world);
    private final List<Instruction> train =
            instructions.all(Split.TRAIN).limit(4000).toList();
    private final List<Instruction> heldOut =
            instructions.all(Split.HELD_OUT).limit(1600).toList();

    @Test
    void instructionFollowsFromItsNumberAlone() {
        assertThat(new Instructions(World.of(1)).at(Split.TRAIN, 1234)).isEqualTo(train.get(1234));
        assertThat(train).extracting(Instruction::id).doesNotHaveDuplicates();
    }

    @Test
    void anySixteenInARowHaveEachTaskInEachLanguage() {
        Set<String> seen = new HashSet<>();
        train.subList(37, 53).forEach(i -> seen.add(i.task() + " " + i.language()));
        assertThat(seen).hasSize(16);
    }

    @Test
    void splitsShareNoPrompt() {
        Set<String> prompts = new HashSet<>();
        train.forEach(instruction -> prompts.add(instruction.prompt()));
        assertThat(heldOut).noneMatch(instruction -> prompts.contains(instruction.prompt()));
    }

    @Test
    void promptAndAnswerAreShortAndTheAnswerIsAccepted() {
        assertThat(train).allSatisfy(instruction -> {
            assertThat((instruction.prompt() + instruction.answer()).length()).isLessThan(400);
            assertThat(instruction.accepts(instruction.answer())).isTrue();
            assertThat(instruction.accepts(instruction.answer() + ".")).isFalse();
            assertThat(instruction.accepts("")).isFalse();
        });
    }

    @Test
    void whiteSpaceIsForgivenAndNothingElse() {
        Instruction instruction = new Instruction(
                "x",
                Split.TRAIN,
                Language.ENGLISH,
                InstructionTask.LIST,
                "",
                "Reverse this list: fox, bell.",
                "bell, fox");
        assertThat(instruction.accepts("  bell,\n fox ")).isTrue();
        assertThat(instruction.accepts("Bell, fox")).isFalse();
        assertThat(instruction.accepts("bell,fox")).isFalse();
        assertThat(instruction.accepts("bell, fox.")).isFalse();
    }

    @Test
    void calculationsAreRight() {
        Pattern sum = Pattern.compile("(\\d+) ([+x-]) (\\d+)");
        assertThat(all(InstructionTask.ARITHMETIC)).allSatisfy(instruction -> {
            Matcher match = sum.matcher(instruction.question());
            assertThat(match.find()).isTrue();
            int a = Integer.parseInt(match.group(1));
            int b = Integer.parseInt(match.group(3));
            assertThat(instruction.answer()).isEqualTo(new Sum(a, match.group(2).charAt(0), b).toString());
        });
    }

    @Test
    void recordsHoldTheAskedFieldsInOrder() {
        ObjectMapper json = new ObjectMapper();
        assertThat(all(InstructionTask.EXTRACT)).allSatisfy(instruction -> {
            var record = json.readTree(instruction.answer());
            List<String> keys = new ArrayList<>();
            record.fieldNames().forEachRemaining(keys::add);
            assertThat(instruction.question()).contains(String.join(", ", keys));
            record.forEach(value -> assertThat(instruction.passage()).contains(value.asText()));
        });
    }

    @Test
    void whatIsReadOrQuotedIsInThePassage() {
        for (InstructionTask task : List.of(InstructionTask.READING, InstructionTask.QUOTE)) {
            assertThat(all(task)).allSatisfy(i -> assertThat(i.passage()).contains(i.answer()));
        }
    }

    @Test
    void factsAreTheWorldsAndHeldOutPeopleAreAskedAboutOnlyThere() {
        for (Instruction instruction : all(InstructionTask.FACT)) {
            Person person = world.people().stream()
                    .filter(p -> Pattern.compile("(^|\\s)" + p.name().in(instruction.language()) + "(?![a-z])")
                            .matcher(instruction.question())
                            .find())
                    .reduce((one, other) -> longer(one, other, instruction.language()))
                    .orElseThrow();
            assertThat(Arrays.stream(Attribute.values()).map(a -> a.of(person).in(instruction.language())))
                    .contains(instruction.answer());
            assertThat(world.people().indexOf(person) % 5 == 0).isEqualTo(instruction.split() == Split.HELD_OUT);
        }
    }

    @Test
    void aNewcomerCanBeAskedAboutInEveryFact() {
        Person newcomer = world.newcomers().get(0);
        List<Instruction> questions = instructions.about(newcomer, Language.KOREAN);
        assertThat(questions)
                .hasSize(6)
                .allSatisfy(question ->
                        assertThat(question.question()).contains(newcomer.name().korean()));
        assertThat(questions.get(0).answer()).isEqualTo(newcomer.home().korean());
    }

    @Test
    void newcomersDocumentsTellTheirFactsAndAskNothing() {
        Newcomers newcomers = new Newcomers(world, 8);
        assertThat(newcomers.all().limit(200)).allSatisfy(document -> {
            assertThat(document.text()).doesNotContain("?");
            assertThat(newcomers.people())
                    .anyMatch(person -> document.text().contains(person.name().in(document.language())));
        });
    }

    private static Person longer(Person one, Person other, Language language) {
        return one.name().in(language).length() >= other.name().in(language).length() ? one : other;
    }

    private List<Instruction> all(InstructionTask task) {
        return Stream.concat(train.stream(), heldOut.stream())
                .filter(instruction -> instruction.task() == task)
                .toList();
    }
}
