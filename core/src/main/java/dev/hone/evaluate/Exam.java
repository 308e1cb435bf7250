package dev.hone.evaluate;

import dev.hone.error.StoppedException;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.Request;
import dev.hone.generate.Sampling;
import dev.hone.model.LanguageModel;
import dev.hone.model.adapter.Adapter;
import dev.hone.text.ChatTemplate;
import dev.hone.text.Message;
import dev.hone.text.Specials;
import dev.hone.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Questions with checkable answers. A model answers each greedily, in the template it was taught in, many at a time; whether
 * a reply is right is the question's own judgement.
 *
 * @param maxTokens a reply that is longer is cut and judged as it stands
 */
public record Exam(List<Question> questions, int maxTokens) {
    /** How many replies are written side by side. */
    private static final int SLOTS = 32;

    public Exam {
        questions = List.copyOf(questions);
    }

    /**
     * One question.
     *
     * @param group what it is counted under
     * @param prompt what the user says
     */
    public record Question(String group, String prompt, Predicate<String> accepts) {}

    /** A reply and the verdict on it. */
    public record Answer(Question question, String reply, boolean right) {}

    /** Who answers: a model with all it needs to hold a conversation. */
    public record Candidate(
            LanguageModel model,
            @Nullable Adapter adapter,
            Tokenizer tokenizer,
            ChatTemplate template,
            Set<Integer> stops) {}

    /** Asks everything; the answers come in the questions' order. */
    public List<Answer> take(Candidate candidate) {
        return take(candidate, () -> false);
    }

    /**
     * The same, asked now and then whether to stop.
     *
     * @throws StoppedException if so
     */
    public List<Answer> take(Candidate candidate, BooleanSupplier stop) {
        List<Request> requests = new ArrayList<>();
        for (Question question : questions) {
            String text = candidate
                    .template()
                    .text(List.of(Message.user(question.prompt())), List.of(), ChatTemplate.Options.prompt());
            requests.add(Request.of(candidate.tokenizer().ids(text, Specials.NONE), Sampling.greedy(), maxTokens)
                    .stoppingAt(candidate.stops())
                    .with(candidate.adapter()));
        }
        List<Answer> answers = new ArrayList<>();
        try (Generator generator = new Generator(candidate.model(), candidate.tokenizer(), SLOTS)) {
            List<Generation> written = requests.stream().map(generator::submit).toList();
            while (generator.step()) {
                if (stop.getAsBoolean()) {
                    throw new StoppedException();
                }
            }
            for (int i = 0; i < questions.size(); i++) {
                String reply = written.get(i).completion().text();
                answers.add(new Answer(
                        questions.get(i), reply, questions.get(i).accepts().test(reply)));
            }
        }
        return answers;
    }
}
