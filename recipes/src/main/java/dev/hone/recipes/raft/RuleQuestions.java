package dev.hone.recipes.raft;

import dev.hone.random.Draw;
import dev.hone.retrieve.Chunk;
import dev.hone.retrieve.Language;
import dev.hone.retrieve.Sentences;
import dev.hone.retrieve.Wording;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Questions made from the text without a model: what a section says (its first sentence is the answer), and sentences with a gap where a
 * number, a date, a name or a quoted phrase stood. They ask for words rather than for understanding, which is enough to learn the form and
 * to find the right document.
 */
record RuleQuestions(int perChunk, long seed) {
    private static final int SHORTEST = 30;
    private static final int SHORTEST_KOREAN = 15;
    private static final int LONGEST = 300;

    /** A sentence that ends as one; no line of a table, of code, or of what was taken for text. */
    private static final Pattern PROSE = Pattern.compile("[^|{}<>\\\\`#=]*[.!?。][”’\"')]*");

    private static final Pattern ENGLISH = Pattern.compile(
            "\\b\\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \\d{3,4})?\\b"
                    + "|\\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \\d{1,2}(?:, \\d{3,4})?\\b"
                    + "|[“\"]([^”\"]{2,60})[”\"]"
                    + "|(?<![.!?:] )(?<!^)(?<=[a-z,] )\\p{Lu}[\\p{L}'’-]+(?: (?:of |the |de |von )*\\p{Lu}[\\p{L}'’-]+)*(?![\\p{L}\\d])"
                    + "|(?<![\\w.,-])\\d[\\d,]*(?:\\.\\d+)?(?![\\w-]|\\.\\d)");

    private static final Pattern KOREAN = Pattern.compile("\\d{1,4}년(?: \\d{1,2}월)?(?: \\d{1,2}일)?|\\d{1,2}월 \\d{1,2}일"
            + "|[‘'“\"《〈「『]([^’'”\"》〉」』]{2,40})[’'”\"》〉」』]"
            + "|\\d[\\d,.]*\\s?(?:만|억|천)?\\s?(?:명|개|살|세|원|킬로미터|미터|퍼센트|%|번|회|권|마리|채|곳)");

    /** The questions about the chunks. */
    List<Question> ask(List<Chunk> chunks) {
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            List<Question> candidates = about(chunk);
            int[] order = Draw.of(seed, "rule questions").at(i).permutation(candidates.size());
            for (int k = 0; k < Math.min(perChunk, order.length); k++) {
                questions.add(candidates.get(order[k]));
            }
        }
        return questions;
    }

    private static List<Question> about(Chunk chunk) {
        String text = chunk.text();
        List<Question> questions = new ArrayList<>();
        String heading = "";
        for (Sentences.Span span : Sentences.of(text)) {
            String sentence = span.of(text);
            if (sentence.matches("#{1,6} .*")) {
                heading = sentence.replaceFirst("#+ ", "").strip();
                continue;
            }
            if (!PROSE.matcher(sentence).matches()) {
                continue;
            }
            if (!heading.isEmpty() && sentence.length() <= LONGEST) {
                questions.add(question(chunk, span, section(chunk, heading, sentence), sentence, 0));
            }
            heading = "";
            int shortest = Language.of(sentence) == Language.KOREAN ? SHORTEST_KOREAN : SHORTEST;
            if (sentence.length() >= shortest && sentence.length() <= LONGEST) {
                gaps(chunk, span, sentence, questions);
            }
        }
        return questions;
    }

    private static String section(Chunk chunk, String heading, String sentence) {
        String title = chunk.document().title();
        return Language.of(sentence) == Language.KOREAN
                ? "“" + title + "” 문서는 “" + heading + "”에 대해 먼저 무엇이라고 합니까?"
                : "What does the document “" + title + "” say first about “" + heading + "”?";
    }

    private static void gaps(Chunk chunk, Sentences.Span span, String sentence, List<Question> questions) {
        boolean korean = Language.of(sentence) == Language.KOREAN;
        Matcher spans = (korean ? KOREAN : ENGLISH).matcher(sentence);
        Set<String> seen = new HashSet<>();
        while (spans.find()) {
            int group = spans.group(1) == null ? 0 : 1;
            String answer = spans.group(group);
            int at = spans.start(group);
            String gap = Wording.spaced(sentence.substring(0, at) + "____" + sentence.substring(at + answer.length()));
            boolean once = !Wording.mentions(Wording.folded(gap), Wording.folded(answer));
            if (once && seen.add(answer)) {
                String text = korean ? "빈칸에 들어갈 말은 무엇입니까? " + gap : "What belongs in the gap? " + gap;
                questions.add(question(chunk, span, text, answer, at));
            }
        }
    }

    private static Question question(Chunk chunk, Sentences.Span span, String text, String answer, int at) {
        int start = chunk.start() + span.start() + at;
        String id = chunk.id() + "@" + start;
        return new Question(id, text, List.of(answer), Set.of(chunk.document().id()), start);
    }
}
