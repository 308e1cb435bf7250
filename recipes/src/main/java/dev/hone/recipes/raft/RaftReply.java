package dev.hone.recipes.raft;

import dev.hone.retrieve.Wording;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A reply in RAFT's form, as far as it keeps to it. Immutable.
 *
 * @param quotes what stands between the marks of a quotation
 * @param answer what follows the last {@code <ANSWER>:}; the whole reply where it has none
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
        int at = text.lastIndexOf(RaftForm.ANSWER);
        String answer = at < 0 ? text : text.substring(at + RaftForm.ANSWER.length());
        return new RaftReply(
                QUOTE.matcher(text)
                        .results()
                        .map(MatchResult::group)
                        .map(quote -> quote.replace(RaftForm.BEGIN_QUOTE, "").replace(RaftForm.END_QUOTE, ""))
                        .map(Wording::spaced)
                        .toList(),
                answer.strip(),
                at >= 0);
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
