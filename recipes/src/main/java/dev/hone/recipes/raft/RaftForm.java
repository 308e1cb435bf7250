package dev.hone.recipes.raft;

import dev.hone.retrieve.Language;
import java.util.List;
import java.util.regex.Pattern;

/** How RAFT writes prompts and replies; the marks are those of its authors' program. */
public final class RaftForm {
    static final String BEGIN_QUOTE = "##begin_quote##";
    static final String END_QUOTE = "##end_quote##";

    /** What stands before the answer at the end of a reply, unless a file of RAFT data says otherwise. */
    static final String ANSWER = "<ANSWER>:";

    /** It, and what a reserved token of some vocabularies makes of it. */
    static final Pattern ANSWER_MARK = Pattern.compile("(?i)<answer>:?");

    private RaftForm() {}

    /** Documents, each between marks, and the question after them; the question alone where there are none. */
    public static String prompt(List<String> documents, String question) {
        StringBuilder prompt = new StringBuilder();
        documents.forEach(text -> prompt.append("<DOCUMENT>").append(text).append("</DOCUMENT>\n"));
        return prompt.append(question).toString();
    }

    /** Whether a text could be mistaken for the form itself: one about RAFT. */
    static boolean holdsMarks(String text) {
        return text.contains(BEGIN_QUOTE)
                || text.contains(END_QUOTE)
                || ANSWER_MARK.matcher(text).find();
    }

    /** The reply that quotes what holds the answer. */
    static String reply(String quote, String answer, Language language, String mark) {
        String says = language == Language.KOREAN ? "문서의 내용: " : "The documents say: ";
        return says + BEGIN_QUOTE + quote + END_QUOTE + "\n" + mark + " " + answer;
    }

    /** The reply where no document answers. */
    static String refusal(Language language, String mark) {
        return language == Language.KOREAN
                ? "문서에 답이 없습니다.\n" + mark + " 문서에 없음"
                : "The documents do not answer this.\n" + mark + " not in the documents";
    }
}
