package dev.hone.cli;

import dev.hone.generate.Completion;
import dev.hone.generate.Generation;
import dev.hone.generate.Generator;
import dev.hone.generate.LoadedModel;
import dev.hone.generate.Request;
import dev.hone.generate.StopReason;
import dev.hone.recipes.raft.RaftReply;
import dev.hone.text.Message;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A chat that is going on: lines are questions to the model or commands, until one of them or the input ends it. Nothing that is typed
 * ends it by being wrong.
 */
final class ChatSession {
    /** What stands at the beginning of a line and is not asked. */
    static final List<String> COMMANDS = List.of("/new", "/save", "/help", "/exit");

    private static final String HELP = """
            /new        begin a new conversation
            /save FILE  add this conversation to FILE as a row to train on
            /help       show this
            /exit       end; so does Ctrl-D
            Ctrl-C ends a reply. A line that begins with a space is asked as it is.""";

    private final LoadedModel model;
    private final Generator generator;
    private final SamplingOptions sampling;
    private final @Nullable ChatDocuments documents;
    private final PrintWriter out;
    private final PrintWriter err;
    private Conversation conversation;
    private boolean interrupted;

    ChatSession(
            LoadedModel model,
            Generator generator,
            SamplingOptions sampling,
            Conversation conversation,
            @Nullable ChatDocuments documents,
            PrintWriter out,
            PrintWriter err) {
        this.model = model;
        this.generator = generator;
        this.sampling = sampling;
        this.conversation = conversation;
        this.documents = documents;
        this.out = out;
        this.err = err;
    }

    /** Talks until the input or the user ends it. */
    void run(ChatInput input) throws IOException {
        boolean going = true;
        while (going) {
            Optional<String> line = input.next(interrupted);
            interrupted = false;
            going = line.isPresent() && take(line.get());
        }
    }

    /** Asks or obeys; whether to continue after it. */
    private boolean take(String line) {
        String text = line.strip();
        if (line.startsWith("/")) {
            return obey(text);
        }
        if (!text.isEmpty()) {
            ask(text);
        }
        return true;
    }

    private boolean obey(String line) {
        String[] words = line.split("\\s+", 2);
        switch (words[0]) {
            case "/new" -> conversation = conversation.anew();
            case "/save" -> say(words.length < 2 ? "(/save needs the name of a file)" : save(words[1]));
            case "/help" -> say(HELP);
            case "/exit", "/quit", "/bye" -> {
                return false;
            }
            default ->
                say("(" + words[0] + " is no command; /help shows them. A space before it asks the line as it is)");
        }
        return true;
    }

    private String save(String name) {
        if (conversation.turns() == 0) {
            return "(nothing has been said yet)";
        }
        try {
            Path file = Path.of(name);
            Files.writeString(
                    file,
                    conversation.row() + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            return String.format(
                    Locale.ROOT, "(%s added to %s as a row of messages)", turns(conversation.turns()), file);
        } catch (IOException | InvalidPathException e) {
            return "(" + name + " cannot be written: " + e.getMessage() + ")";
        }
    }

    private void ask(String question) {
        if (documents == null) {
            answer(question, question);
            return;
        }
        ChatDocuments.Asked asked = documents.ask(
                question,
                context() - room(),
                prompt -> request(conversation.anew().prompt(prompt)).prompt().length);
        Optional<Completion> completion = answer(question, asked.prompt());
        completion.ifPresent(reply ->
                documents.citations(asked, RaftReply.text(reply, model)).forEach(this::say));
    }

    private int context() {
        return model.model().config().shape().maxPositions();
    }

    /** Tokens that are kept for a reply. */
    private int room() {
        return Math.min(sampling.maxTokens(), Math.max(1, context() / 2));
    }

    /**
     * Asks the model; no reply where the prompt is too long.
     *
     * @param prompt the question as the model sees it now; later it sees the question alone
     */
    private Optional<Completion> answer(String question, String prompt) {
        int context = context();
        int reply = room();
        int left = conversation.makeRoom(
                prompt, context - reply, messages -> request(messages).prompt().length);
        if (left < 0) {
            say(String.format(
                    Locale.ROOT,
                    "(this has %,d tokens, and the model's context of %,d has room for %,d beside a reply of %,d; shorten it)",
                    request(conversation.anew().prompt(prompt)).prompt().length,
                    context,
                    context - reply,
                    reply));
            return Optional.empty();
        }
        if (left > 0) {
            say(String.format(
                    Locale.ROOT,
                    "(the model no longer sees the oldest %s: its context has %,d tokens)",
                    turns(left),
                    context));
        }
        Completion completion = reply(request(conversation.prompt(prompt)));
        conversation.add(question, completion.text());
        interrupted = completion.reason() == StopReason.CANCELLED;
        if (completion.reason() == StopReason.LENGTH) {
            say(String.format(Locale.ROOT, "(cut after --max-tokens, %,d)", sampling.maxTokens()));
        } else if (completion.reason() == StopReason.CONTEXT) {
            say(String.format(Locale.ROOT, "(cut where the model's context of %,d tokens is full)", context));
        }
        return Optional.of(completion);
    }

    private Request request(List<Message> messages) {
        return model.request(messages, sampling.sampling(), sampling.maxTokens());
    }

    /** The reply, shown as it comes; Ctrl-C ends it where it is. */
    private Completion reply(Request asked) {
        Request request = asked.numbered(conversation.messages() + 1L).stoppingAt(sampling.stops());
        Generation generation = generator.submit(request, (id, score, text) -> {
            out.print(text);
            out.flush();
        });
        try (Interruption interruption =
                Interruption.watchOnce(err, "(reply ended; Ctrl-C once more ends the conversation)")) {
            while (generator.step()) {
                if (interruption.getAsBoolean()) {
                    generation.cancel();
                }
            }
        }
        Completion completion = generation.completion();
        if (completion.reason() != StopReason.CANCELLED
                || !StandardStream.OUT.isTerminal()) { // the notice ended the line
            out.println();
            out.flush();
        }
        return completion;
    }

    private void say(String line) {
        err.println(line);
        err.flush();
    }

    private static String turns(int count) {
        return count == 1 ? "turn" : String.format(Locale.ROOT, "%,d turns", count);
    }
}
