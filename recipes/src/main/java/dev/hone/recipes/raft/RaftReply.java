package dev.hone.recipes.raft;

import dev.hone.generate.Completion;
import dev.hone.generate.LoadedModel;
import dev.hone.retrieve.Wording;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reply in RAFT's form, as far as it keeps to it. Immutable.
 *
 * @param quotes what stands between the marks of a quotation
 * @param answer what follows the last {@code <ANSWER>:} (or {@code <answer>}); the whole reply where it has none
 * @param isMarked whether it has one
 */
public record RaftReply(List<String> quotes, String answer, boolean isMarked) {
    private static final Pattern QUOTE =
            Pattern.compile(RaftForm.BEGIN_QUOTE + "(.*?)(?:" + RaftForm.END_QUOTE + "|$)", Pattern.DOTALL);
    private static final Pattern REFUSAL = Pattern.compile(
            "(?i).*(not in the (documents?|text|context)|documents? (do|does) not|no answer|cannot (be )?answer|can't answer|"
                    + "(do not|don't) know|not (mentioned|stated|given)|문서에 없|답이 없|나와 있지 않|언급(되지|이) |알 수 없|모르겠|모른다|모릅니다).*",
            Pattern.DOTALL);

    public RaftReply {
        quotes = List.copyOf(quotes);
    }

    public static RaftReply of(String text) {
        Matcher marks = RaftForm.ANSWER_MARK.matcher(text);
        int end = -1;
        while (marks.find()) {
            end = marks.end();
        }
        String answer = end < 0 ? text : text.substring(end);
        return new RaftReply(
                QUOTE.matcher(text)
                        .results()
                        .map(found -> Wording.spaced(found.group(1)))
                        .toList(),
                answer.replaceFirst("(?i)</answer>.*", "").strip(),
                end >= 0);
    }

    /**
     * What a model replied, with the marks of the form also where its vocabulary has them as special tokens, which a completion's text
     * leaves out.
     */
    public static String text(Completion completion, LoadedModel model) {
        int[] ids = completion.ids();
        int end = ids.length;
        while (end > 0 && model.stopTokens().contains(ids[end - 1])) {
            end--;
        }
        int[] said = Arrays.copyOf(ids, end);
        boolean marked = Arrays.stream(said).anyMatch(model.tokenizer()::isSpecial);
        return marked ? model.tokenizer().decode(said) : completion.text();
    }

    /** Whether it quotes, and each quotation stands in the text. */
    public boolean quotesOnly(String text) {
        return !quotes.isEmpty() && quotes.stream().allMatch(quote -> Wording.quotes(quote, text));
    }

    /** Whether its answer says that there is none. */
    public boolean refuses() {
        return REFUSAL.matcher(answer).matches();
    }
}
