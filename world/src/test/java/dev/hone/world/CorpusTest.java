package dev.hone.world;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CorpusTest {
    private static final World WORLD = World.of(1);
    private static final Corpus CORPUS = new Corpus(WORLD, Corpus.RESERVED);
    private static final int COUNT = 20_000;
    private static final long GOLDEN = -3100843978632053945L;

    private static List<Document> opening = List.of();
    private static List<Document> documents = List.of();

    @BeforeAll
    static void write() {
        opening = documents(0);
        documents = documents(Corpus.OPENING);
    }

    private static List<Document> documents(long from) {
        return LongStream.range(from, from + COUNT).mapToObj(CORPUS::document).toList();
    }

    /** A model is trained on exactly this text: if it changes, every recorded result is void. */
    @Test
    void textIsTheOneTheModelWasTrainedOn() {
        long hash = 0;
        for (Document document : concat(opening, documents)) {
            hash = WorldDraw.mix(hash + WorldDraw.mix(document.text()));
        }
        assertThat(hash).isEqualTo(GOLDEN);
    }

    @Test
    void everyDocumentOfTheOpeningSaysOneRowAgain() {
        assertThat(opening)
                .filteredOn(document -> Corpus.split(document.number()) == Split.TRAIN)
                .allSatisfy(document -> {
                    assertThat(document.kind()).isEqualTo("scramble");
                    assertThat(document.text().lines().distinct()).hasSize(1);
                    assertThat(document.text().lines()).hasSizeBetween(2, 3);
                });
    }

    @Test
    void documentFollowsFromItsNumberAlone() {
        Corpus other = new Corpus(World.of(1), Corpus.RESERVED);
        for (int number : List.of(7777, 3, 19_999, 0)) {
            assertThat(other.document(number)).isEqualTo(opening.get(number));
            assertThat(other.document(Corpus.OPENING + number)).isEqualTo(documents.get(number));
        }
        assertThatThrownBy(() -> CORPUS.document(-1)).hasMessageContaining("(-1)");
    }

    @Test
    void reservedSymbolsAppearInDrillsAndNowhereElse() {
        Set<String> shown = new HashSet<>();
        for (Document document : documents) {
            for (String symbol : Corpus.RESERVED) {
                if (document.text().contains(symbol)) {
                    assertThat(document.kind()).isEqualTo("drill");
                    shown.add(symbol);
                }
            }
        }
        assertThat(shown).hasSize(30).containsAll(Corpus.RESERVED);
    }

    @Test
    void nothingHasTheFormOfAnInstruction() {
        Pattern form = Pattern.compile(
                "(?i)###|\\b(user|assistant|system|human|instruction|question|answer|q|a): |(질문|답|대답|지시|사용자): ");
        assertThat(documents)
                .noneMatch(document -> form.matcher(document.text()).find());
    }

    @Test
    void everyCalculationIsRight() {
        Pattern sum = Pattern.compile("(?<![\\d+] )(\\d+) ([+x-]) (\\d+)( \\+ 1)? = (\\d+)");
        int checked = 0;
        for (Document document : documents) {
            for (Matcher match = sum.matcher(document.text()); match.find(); checked++) {
                int result = new Sum(number(match, 1), match.group(2).charAt(0), number(match, 3)).result()
                        + (match.group(4) == null ? 0 : 1);
                assertThat(number(match, 5)).as(match.group()).isEqualTo(result);
            }
        }
        assertThat(checked).isGreaterThan(10_000);
    }

    @Test
    void heldOutCalculationsAreNotInTextsToLearnFrom() {
        Pattern line = Pattern.compile("(?m)^(\\d+) ([+x-]) (\\d+) = \\d+$");
        Map<Boolean, Set<String>> sums = Map.of(true, new HashSet<>(), false, new HashSet<>());
        for (Document document : documents) {
            for (Matcher match = line.matcher(document.text()); match.find(); ) {
                if (Math.max(number(match, 1), number(match, 3)) > 9) {
                    sums.get(Corpus.split(document.number()) == Split.TRAIN).add(match.group());
                }
            }
        }
        assertThat(sums.get(false)).isNotEmpty().doesNotContainAnyElementsOf(sums.get(true));
    }

    @Test
    void factsAreTheSameInEveryKindAndLanguage() {
        checkFact("(\\w+) (?:lives|dwells) in (\\w+)\\.", Language.ENGLISH, Attribute.HOME);
        checkFact("(\\w+)'s pet is an? (\\w+)\\.", Language.ENGLISH, Attribute.PET);
        checkFact("(\\w+)'s year of birth is (\\d+)\\.", Language.ENGLISH, Attribute.BORN);
        checkFact("([가-힣]+)의 집은 ([가-힣]+)에 있다\\.", Language.KOREAN, Attribute.HOME);
        checkFact("([가-힣]+)의 출생 연도는 (\\d+)년", Language.KOREAN, Attribute.BORN);
        checkFact("([가-힣]+)의 직업은 ([가-힣]+)입니다\\.", Language.KOREAN, Attribute.TRADE);
    }

    private static void checkFact(String pattern, Language language, Attribute attribute) {
        Map<String, Person> people =
                WORLD.people().stream().collect(toMap(person -> person.name().in(language), Function.identity()));
        int checked = 0;
        for (Document document : documents) {
            if (document.kind().equals("scramble")) {
                continue;
            }
            for (Matcher match = Pattern.compile(pattern).matcher(document.text()); match.find(); ) {
                Person person = people.get(match.group(1));
                if (person != null) {
                    assertThat(match.group(2))
                            .as(match.group())
                            .isEqualTo(attribute.of(person).in(language));
                    checked++;
                }
            }
        }
        assertThat(checked).as(pattern).isGreaterThan(100);
    }

    @Test
    void newcomersAreNeverMentioned() {
        Pattern names = Pattern.compile("\\b(%s)\\b"
                .formatted(String.join(
                        "|",
                        WORLD.newcomers().stream()
                                .map(person -> person.name().english())
                                .toList())));
        assertThat(documents)
                .noneMatch(document -> names.matcher(document.text()).find());
    }

    @Test
    void splitsShareNoTextAndHardlyAnyTextRepeats() {
        Set<String> texts = new HashSet<>();
        documents.forEach(document -> texts.add(document.text()));
        assertThat(COUNT - texts.size()).isLessThan(COUNT / 1000);
        Set<String> train = new HashSet<>();
        CORPUS.train().limit(Corpus.OPENING + 5000).forEach(document -> train.add(document.text()));
        for (Language language : Language.values()) {
            assertThat(CORPUS.heldOut(language).limit(100)).allSatisfy(document -> {
                assertThat(document.language()).isEqualTo(language);
                assertThat(Corpus.split(document.number())).isEqualTo(Split.HELD_OUT);
                assertThat(train).doesNotContain(document.text());
            });
        }
    }

    @Test
    void languagesAndKindsHaveTheirShares() {
        Map<String, Long> byKind = new TreeMap<>();
        long english = 0;
        long all = 0;
        for (Document document : documents) {
            int bytes = document.text().getBytes(StandardCharsets.UTF_8).length;
            assertThat(bytes).as(document.kind()).isBetween(5, 4000);
            byKind.merge(document.kind(), (long) bytes, Long::sum);
            english += document.language() == Language.ENGLISH ? bytes : 0;
            all += bytes;
        }
        assertThat(english / (double) all).isBetween(0.4, 0.6);
        assertThat(byKind.keySet())
                .containsExactlyInAnyOrderElementsOf(CORPUS.kinds().stream()
                        .filter(kind -> !kind.equals("verdicts"))
                        .toList());
        assertThat(byKind.get("biography") / (double) all).isCloseTo(12 / 109.5, within(0.02));
        assertThat(byKind.get("drill") / (double) all).isCloseTo(1.5 / 109.5, within(0.005));
    }

    @Test
    void closingHasEveryKindAndMoreRecords() {
        List<Document> closing = CORPUS.closing().limit(5000).toList();
        Map<String, Long> byKind = closing.stream()
                .collect(groupingBy(
                        Document::kind,
                        summingLong(document -> document.text().getBytes(StandardCharsets.UTF_8).length)));
        assertThat(byKind.keySet()).containsExactlyInAnyOrderElementsOf(CORPUS.kinds());
        long all = byKind.values().stream().mapToLong(Long::longValue).sum();
        assertThat(byKind.get("records") / (double) all).isCloseTo(18 / 109.0, within(0.02));
    }

    @Test
    void verdictsAboutTwoNumbersAreRight() {
        Pattern asked = Pattern.compile("(?m)^Is (\\d+) (greater|less) than (\\d+)\\? (Yes|No)");
        int checked = 0;
        for (Document document : CORPUS.closing().limit(5000).toList()) {
            for (Matcher match = asked.matcher(document.text()); match.find(); checked++) {
                boolean greater = number(match, 1) > number(match, 3);
                boolean yes = greater == match.group(2).equals("greater");
                assertThat(match.group(4)).as(match.group()).isEqualTo(yes ? "Yes" : "No");
            }
        }
        assertThat(checked).isGreaterThan(100);
    }

    @Test
    void recordsAreJson() {
        ObjectMapper json = new ObjectMapper();
        for (Document document : documents) {
            if (document.kind().equals("records")) {
                document.text()
                        .lines()
                        .filter(line -> line.startsWith("{"))
                        .forEach(line -> assertThat(line)
                                .satisfies(text ->
                                        assertThat(json.readTree(text).size()).isPositive()));
            }
        }
    }

    @Test
    void noTemplateShowsThrough() {
        Pattern left = Pattern.compile("[(){}|]|  |\\ba [aeiou]|\\ban [^aeiou]");
        Set<String> signs = Set.of("records", "drill", "scramble");
        assertThat(documents)
                .filteredOn(document -> !signs.contains(document.kind()))
                .noneMatch(document -> left.matcher(document.text()).find());
    }

    private static List<Document> concat(List<Document> first, List<Document> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static int number(Matcher match, int group) {
        return Integer.parseInt(match.group(group));
    }
}
