package dev.hone.world;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * An endless sequence of documents about the world. Document {@code n} follows from the world's seed and {@code n} alone;
 * immutable and safe to share between threads.
 *
 * <p>Every {@value #HELD_OUT_EVERY}th document is held out. Held-out documents make up their people from names, and take
 * their calculations from numbers, that no training document contains; the known people are the same in both.
 *
 * <p>The first {@value #OPENING} training documents are all {@link Scramble}s, because retrieval builds on copying. The
 * closing begins at document {@value #CLOSING}, with more of what was hardest to learn: records, retrieval, and comparisons of
 * numbers.
 *
 * <p>No document has the form of a conversation or an instruction, and the reserved symbols appear in drills alone.
 */
public final class Corpus {
    /** The reserved symbols of the tokenizer of this corpus. */
    public static final List<String> RESERVED = Stream.concat(
                    Stream.of(
                            "<|im_start|>",
                            "<|im_end|>",
                            "<think>",
                            "</think>",
                            "<answer>",
                            "</answer>",
                            "<DOCUMENT>",
                            "</DOCUMENT>",
                            "##begin_quote##",
                            "##end_quote##",
                            "<tool_call>",
                            "</tool_call>",
                            "<tool_response>",
                            "</tool_response>"),
                    IntStream.range(0, 16).mapToObj("<|spare_%d|>"::formatted))
            .toList();

    private static final int HELD_OUT_EVERY = 50;
    static final int OPENING = 26_000;
    static final int CLOSING = 180_000;
    private static final long PURPOSE = 0x646f63;

    /**
     * A kind of document.
     *
     * @param share its share of the text in bytes, relative to the other shares
     * @param closing the same in the closing
     * @param bytes the mean length of its documents, to convert a share of bytes to a share of documents
     */
    private record Part(String name, DocumentKind kind, double share, double closing, int bytes) {
        double weight(boolean inClosing) {
            return (inClosing ? closing : share) / bytes;
        }
    }

    private final World world;
    private final DocumentKind scramble;
    private final List<Part> parts;

    /**
     * The corpus of a world.
     *
     * @param symbols the reserved symbols of the tokenizer, shown in drills
     */
    public Corpus(World world, List<String> symbols) {
        this.world = world;
        this.scramble = new Scramble(
                List.of(new Biography(), new TownGuide(), new Reading(), new Notices(), new Records(), new Story()));
        this.parts = List.of(
                new Part("biography", new Biography(), 12, 7, 525),
                new Part("town", new TownGuide(), 5, 3, 592),
                new Part("quiz", new QuizNight(), 8, 7, 665),
                new Part("notes", new FactNotes(), 10, 8, 547),
                new Part("reading", new Reading(), 15, 21, 660),
                new Part("ledger", new Ledger(), 6, 3, 1200),
                new Part("notices", new Notices(), 7, 4, 1356),
                new Part("letter", new LetterPage(), 3, 2, 562),
                new Part("sums", new Sums(), 11, 10, 303),
                new Part("numbers", new NumberTalk(), 3.5, 3, 289),
                new Part("records", new Records(), 6.5, 18, 450),
                new Part("lists", new Lists(), 6, 7, 359),
                new Part("words", new WordBook(), 3.5, 5, 254),
                new Part("scramble", scramble, 4, 1, 190),
                new Part("echo", new Echo(), 2.5, 1, 156),
                new Part("story", new Story(), 5, 3, 393),
                new Part("drill", new SymbolDrill(symbols), 1.5, 1, 212),
                new Part("verdicts", new NumberVerdicts(), 0, 5, 240));
    }

    /** The names of all kinds of document. */
    public List<String> kinds() {
        return parts.stream().map(Part::name).toList();
    }

    /** Which split a document number belongs to. */
    public static Split split(long number) {
        return number % HELD_OUT_EVERY == HELD_OUT_EVERY - 1 ? Split.HELD_OUT : Split.TRAIN;
    }

    /** Document {@code number}, from 0. */
    public Document document(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("document number (%d) must not be negative".formatted(number));
        }
        WorldDraw draw = WorldDraw.from(world.seed(), PURPOSE, number);
        Language language = draw.pick(List.of(Language.values()));
        Scene scene = new Scene(world, language, split(number), draw);
        if (number < OPENING && split(number) == Split.TRAIN) {
            return new Document(number, language, "scramble", scramble.write(scene));
        }
        Part part = part(draw, number >= CLOSING);
        return new Document(number, language, part.name(), part.kind().write(scene));
    }

    /** The training documents, in order of their numbers; never ends. */
    public Stream<Document> train() {
        return documents(0, Split.TRAIN);
    }

    /** The training documents of the closing, in order of their numbers; never ends. */
    public Stream<Document> closing() {
        return documents(CLOSING, Split.TRAIN);
    }

    /** The held-out documents in one language, in order of their numbers; never ends. */
    public Stream<Document> heldOut(Language language) {
        return documents(0, Split.HELD_OUT).filter(document -> document.language() == language);
    }

    private Stream<Document> documents(long from, Split split) {
        return LongStream.iterate(from, number -> number + 1)
                .filter(number -> split(number) == split)
                .mapToObj(this::document);
    }

    private Part part(WorldDraw draw, boolean closing) {
        double total = parts.stream().mapToDouble(part -> part.weight(closing)).sum();
        double at = draw.below(1_000_000) / 1_000_000.0 * total;
        Part last = parts.get(0);
        for (Part part : parts) {
            if (part.weight(closing) > 0) {
                last = part;
                at -= part.weight(closing);
                if (at < 0) {
                    break;
                }
            }
        }
        return last;
    }
}
