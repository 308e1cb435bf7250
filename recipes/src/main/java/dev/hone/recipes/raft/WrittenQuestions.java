package dev.hone.recipes.raft;

import dev.hone.retrieve.Chunk;
import dev.hone.retrieve.Language;
import dev.hone.retrieve.Wording;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Questions and replies that a model writes. It sees the chunk and the question alone; a reply counts only where it ends with an answer,
 * quotes, and each quotation stands in the chunk.
 */
record WrittenQuestions(Writer writer, int perChunk, Drops drops) {
    private static final int LONGEST_REPLY = 512;

    /** Questions about the chunks, answered and verified. */
    List<GroundedQuestion> write(List<Chunk> chunks) {
        int longest = Math.min(25 * perChunk, LONGEST_REPLY);
        List<String> written = writer.replies(chunks.stream().map(this::asking).toList(), longest);
        List<GroundedQuestion> questions = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            int first = questions.size();
            for (String line : written.get(i).lines().toList()) {
                String text = line.strip().replaceFirst("^(?:[-*•]|\\d+[.)])\\s*", "");
                if (text.codePoints().anyMatch(Character::isLetter) && questions.size() < first + perChunk) {
                    String id = chunk.id() + " q" + (questions.size() - first + 1);
                    questions.add(new GroundedQuestion(questions.size(), id, text, List.of(), chunk, "", ""));
                }
            }
            if (questions.size() == first) {
                drops.add("chunks were given no question", chunk.id());
            }
        }
        return answered(questions);
    }

    /** The same questions with replies that the model wrote; one whose reply does not count keeps its own, or is dropped without. */
    List<GroundedQuestion> answered(List<GroundedQuestion> questions) {
        List<String> replies = writer.replies(
                questions.stream().map(WrittenQuestions::answering).toList(), LONGEST_REPLY);
        List<GroundedQuestion> kept = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            GroundedQuestion question = questions.get(i);
            RaftReply reply = RaftReply.of(replies.get(i));
            String fault = fault(reply, question);
            if (fault.isEmpty()) {
                kept.add(written(question, replies.get(i).strip(), reply));
            } else {
                drops.add("written replies " + fault, question.id());
                if (!question.reply().isEmpty()) {
                    kept.add(question);
                }
            }
        }
        return kept;
    }

    private static GroundedQuestion written(GroundedQuestion question, String text, RaftReply reply) {
        List<String> answers = question.answers().isEmpty() ? List.of(reply.answer()) : question.answers();
        return new GroundedQuestion(
                question.number(),
                question.id(),
                question.text(),
                answers,
                question.oracle(),
                reply.quotes().get(0),
                text);
    }

    /** What a reply lacks; empty where it counts. */
    private static String fault(RaftReply reply, GroundedQuestion question) {
        if (!reply.isMarked() || reply.answer().isEmpty()) {
            return "have no final answer";
        } else if (reply.refuses()) {
            return "say that the chunk does not answer";
        } else if (reply.quotes().isEmpty()) {
            return "quote nothing";
        } else if (!reply.quotesOnly(question.oracle().text())) {
            return "quote what is not in the chunk";
        }
        boolean right = question.answers().isEmpty()
                || AnswerMatch.of(reply.answer(), question.answers()).exact();
        return right ? "" : "have another answer";
    }

    private String asking(Chunk chunk) {
        return Language.of(chunk.text()) == Language.KOREAN
                ? String.format(
                        Locale.ROOT,
                        "다음 글만 읽고 몇 마디로 답할 수 있는 질문 %d개를 한 줄에 하나씩 쓰세요. 번호와 답은 쓰지 마세요.%n%n글:%n%s",
                        perChunk,
                        chunk.text())
                : String.format(
                        Locale.ROOT,
                        "Write %d questions that this passage answers in a few words each, one on a line, without numbers and"
                                + " without answers.%n%nPassage:%n%s",
                        perChunk,
                        chunk.text());
    }

    private static String answering(GroundedQuestion question) {
        String passage = Wording.spaced(question.oracle().text());
        return question.language() == Language.KOREAN
                ? "글을 근거로 질문에 답하세요. 단계별로 생각하고, 근거가 되는 문장은 글에서 그대로 옮겨 " + RaftForm.BEGIN_QUOTE + "와 "
                        + RaftForm.END_QUOTE + " 사이에 쓰세요. 마지막 줄에는 " + RaftForm.ANSWER + " 다음에 짧은 답만 쓰세요.\n\n글:\n"
                        + passage
                        + "\n\n질문: " + question.text()
                : "Answer the question from the passage. Reason step by step, and copy the words you rely on exactly, between "
                        + RaftForm.BEGIN_QUOTE + " and " + RaftForm.END_QUOTE + ". Write on the last line "
                        + RaftForm.ANSWER
                        + " and the short answer alone.\n\nPassage:\n" + passage + "\n\nQuestion: " + question.text();
    }
}
