package dev.hone.recipes.raft;

import dev.hone.retrieve.Chunk;
import dev.hone.retrieve.Sentences;
import dev.hone.retrieve.Wording;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the chunk that answers each question and the words in it that do. A question with no answer, or one that stands in no chunk, is
 * dropped; so is one that was asked before.
 */
final class Grounding {
    private static final int SEARCHED = 20;

    private final Passages passages;
    private final Map<String, List<Chunk>> byDocument = new HashMap<>();
    private final Drops drops;
    private final String mark;
    private final Set<String> asked = new HashSet<>();

    Grounding(Passages passages, String mark, Drops drops) {
        this.passages = passages;
        this.mark = mark;
        this.drops = drops;
        passages.chunks()
                .forEach(chunk -> byDocument
                        .computeIfAbsent(chunk.document().id(), id -> new ArrayList<>())
                        .add(chunk));
    }

    /** Where an answer stands: the chunk, and its place in the chunk's document. */
    private record Place(Chunk chunk, int start, int end) {}

    List<GroundedQuestion> ground(List<Question> questions) {
        List<GroundedQuestion> grounded = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            ground(questions.get(i), i).ifPresent(grounded::add);
        }
        return grounded;
    }

    private Optional<GroundedQuestion> ground(Question question, int number) {
        if (question.text().codePoints().noneMatch(Character::isLetter)) {
            return dropped("questions have no words", question);
        } else if (question.answers().stream().allMatch(String::isBlank)) {
            return dropped("questions have no answer", question);
        } else if (!asked.add(Wording.folded(question.text()))) {
            return dropped("questions were asked before", question);
        }
        Optional<Place> place = question.start() >= 0 ? placed(question) : found(question);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        String quote = quote(place.get());
        String answer = question.answers().get(0).strip();
        if (!Wording.quotes(quote, place.get().chunk().text())) {
            return dropped("quotes do not stand in their document", question);
        } else if (RaftForm.holdsMarks(quote) || RaftForm.holdsMarks(answer)) {
            return dropped("quotes or answers hold marks that the form itself uses", question);
        }
        GroundedQuestion grounded = new GroundedQuestion(
                number,
                question.id(),
                question.text().strip(),
                question.answers(),
                place.get().chunk(),
                quote,
                "");
        return Optional.of(grounded.replying(RaftForm.reply(quote, answer, grounded.language(), mark)));
    }

    /** An answer whose place is given. */
    private Optional<Place> placed(Question question) {
        String id = question.documents().iterator().next();
        String answer = question.answers().get(0);
        List<Chunk> chunks = byDocument.getOrDefault(id, List.of());
        int start = question.start();
        int end = start + answer.length();
        if (chunks.isEmpty() || !chunks.get(0).document().text().startsWith(answer, start)) {
            dropped("answers do not stand where their file says", question);
            return Optional.empty();
        }
        Optional<Place> place = chunks.stream()
                .filter(chunk -> chunk.contains(start, end))
                .max(Comparator.comparingInt(chunk -> Math.min(start - chunk.start(), chunk.end() - end)))
                .map(chunk -> new Place(chunk, start, end));
        if (place.isEmpty()) {
            dropped("answers are divided between two chunks", question);
        }
        return place;
    }

    /** An answer that has to be looked for: in the chunks that BM25 finds first, then in all. */
    private Optional<Place> found(Question question) {
        List<Chunk> candidates = new ArrayList<>(passages.find(question.text(), SEARCHED));
        if (!question.documents().isEmpty()) {
            candidates.removeIf(
                    chunk -> !question.documents().contains(chunk.document().id()));
            question.documents().stream()
                    .sorted()
                    .forEach(id -> candidates.addAll(byDocument.getOrDefault(id, List.of())));
        } else {
            candidates.addAll(passages.chunks());
        }
        List<String> folded = question.answers().stream().map(Wording::folded).toList();
        Optional<Place> place = candidates.stream()
                .filter(chunk -> passages.mentions(chunk, folded))
                .flatMap(chunk -> question.answers().stream().flatMap(answer -> in(chunk, answer).stream()))
                .findFirst();
        if (place.isEmpty()) {
            dropped("answers stand in no document", question);
        }
        return place;
    }

    private static Optional<Place> in(Chunk chunk, String answer) {
        String text = chunk.text().toLowerCase(Locale.ROOT);
        String words = answer.strip().toLowerCase(Locale.ROOT);
        int at = text.length() == chunk.text().length()
                ? text.indexOf(words)
                : chunk.text().indexOf(answer.strip());
        return at < 0
                ? Optional.empty()
                : Optional.of(new Place(chunk, chunk.start() + at, chunk.start() + at + words.length()));
    }

    /** The sentences that hold the answer, as far as they stand in the chunk. */
    private static String quote(Place place) {
        String text = place.chunk().document().text();
        int start = place.start();
        int end = place.end();
        for (Sentences.Span sentence : Sentences.of(place.chunk().text())) {
            int from = place.chunk().start() + sentence.start();
            int to = place.chunk().start() + sentence.end();
            if (from < place.end() && place.start() < to) {
                start = Math.min(start, from);
                end = Math.max(end, to);
            }
        }
        return Wording.spaced(text.substring(start, end));
    }

    private Optional<GroundedQuestion> dropped(String reason, Question question) {
        drops.add(reason, question.id() + " (" + shortened(question.text()) + ")");
        return Optional.empty();
    }

    private static String shortened(String text) {
        String line = Wording.spaced(text);
        return line.length() <= 60 ? line : line.substring(0, 59) + "…";
    }
}
