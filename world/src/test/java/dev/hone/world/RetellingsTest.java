package dev.hone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetellingsTest {
    private static final int TIMES = 12;
    private final World world = World.of(1);
    private final Retellings retellings = new Retellings(world, TIMES);

    @Test
    void groupsShareNobodyAndNobodyIsInTheNewcomersDocuments() {
        Set<Person> people = new HashSet<>(new Newcomers(world, 8).people());
        Retellings.wordings().forEach(wordings -> people.addAll(retellings.people(wordings)));
        assertThat(people).hasSize(8 + 6 * 8);
    }

    @Test
    void everyFactIsToldEquallyOftenInItsNumberOfWordings() {
        List<Document> documents = retellings.documents();
        assertThat(documents).hasSize(6 * 8 * 2 * TIMES);
        for (int wordings = 1; wordings <= Retellings.MOST; wordings++) {
            Person person = retellings.people(wordings).get(3);
            for (Attribute attribute : Attribute.values()) {
                List<String> sentences = retellings.sentences(person, attribute, Language.ENGLISH, wordings);
                assertThat(new HashSet<>(sentences)).hasSize(wordings);
                assertThat(documents.stream()
                                .filter(document -> document.language() == Language.ENGLISH)
                                .filter(document -> sentences.stream().anyMatch(document.text()::contains)))
                        .hasSize(TIMES);
            }
        }
    }

    @Test
    void documentsAreTheSameEveryTimeAndAskNothing() {
        assertThat(new Retellings(World.of(1), TIMES).documents()).isEqualTo(retellings.documents());
        assertThat(retellings.documents()).noneMatch(document -> document.text().contains("?"));
    }
}
