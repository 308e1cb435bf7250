package dev.hone.recipes.raft;

import static dev.hone.error.Require.require;
import static dev.hone.error.Require.requireAtMost;

import dev.hone.config.Configured;
import dev.hone.config.Default;
import dev.hone.config.Settings;
import dev.hone.files.HubCache;
import dev.hone.retrieve.Chunker;
import dev.hone.retrieve.TokenCount;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Data for retrieval-augmented fine-tuning as its YAML file describes it (Zhang et al., 2024, arXiv 2403.10131).
 *
 * @param documents files and folders
 * @param output the folder that gets the rows
 * @param questions where they come from
 * @param model whose tokenizer counts a chunk's tokens, and which writes where a model is to; null: tokens are estimated
 * @param chunkTokens the longest chunk
 * @param chunkOverlap tokens of a chunk's last sentences that the next one begins with again, at most
 * @param distractors documents of a row that do not answer its question
 * @param oracleShare P, the share of rows whose documents hold the one that answers (the oracle)
 * @param retriever what chooses distractors
 * @param absent what is answered where the oracle is absent
 * @param reasoning who writes the replies
 * @param answerMark what stands before the answer at the end of a reply
 * @param heldOut the share of documents that no trained row shows or asks about
 * @param perChunk questions of a chunk, where they are made up
 */
public record RaftFile(
        List<Path> documents,
        Path output,
        @Default("auto") QuestionSource questions,
        @Nullable Path model,
        @Default("256") int chunkTokens,
        @Default("0") int chunkOverlap,
        @Default("4") int distractors,
        @Default("0.8") double oracleShare,
        @Default("both") DistractorSource retriever,
        @Default("answer") Absent absent,
        @Default("extract") Reasoning reasoning,
        @Default("\"<ANSWER>:\"") String answerMark,
        @Default("0.1") double heldOut,
        @Default("3") int perChunk,
        @Default("42") long seed) {
    /** What chooses the documents beside the oracle. */
    public enum DistractorSource {
        /** What BM25 finds for the question: the hardest. */
        BM25,
        RANDOM,
        /** Half of them by BM25, the others at random. */
        BOTH
    }

    /** What a row replies whose oracle is absent. */
    public enum Absent {
        /** The same as with it, from memory, as in the paper. */
        ANSWER,
        /** That the documents do not say. */
        REFUSE
    }

    /** Who writes the replies. */
    public enum Reasoning {
        /** The sentence that holds the answer is quoted. */
        EXTRACT,
        /** The model, from the oracle and the question alone; what it quotes is verified. */
        MODEL
    }

    public RaftFile {
        model = model == null ? null : HubCache.resolve(model);
        documents = List.copyOf(documents);
        require(!documents.isEmpty(), "documents names none; give files or folders");
        require(chunkTokens >= 8, "chunkTokens (%d) must be at least 8", chunkTokens);
        requireAtMost("chunkTokens", chunkTokens, 1 << 20);
        require(
                chunkOverlap >= 0 && chunkOverlap < chunkTokens,
                "chunkOverlap (%d) must be at least 0 and below chunk-tokens (%d)",
                chunkOverlap,
                chunkTokens);
        require(distractors >= 0, "distractors (%d) must not be negative", distractors);
        requireAtMost("distractors", distractors, 1000);
        require(
                oracleShare >= 0 && oracleShare <= 1,
                "oracleShare (%s) must be from 0 to 1: it is the share of rows whose documents hold the answer",
                oracleShare);
        require(
                RaftForm.ANSWER_MARK.matcher(answerMark).matches(),
                "answerMark (%s) must be <ANSWER>: or, for a vocabulary that has it as a token, <answer>",
                answerMark);
        require(heldOut >= 0 && heldOut < 1, "heldOut (%s) must be at least 0 and below 1", heldOut);
        require(perChunk > 0, "perChunk (%d) must be positive", perChunk);
        requireAtMost("perChunk", perChunk, 1000);
        require(model != null || !questions.isModel(), "model is missing, which is to write the questions");
        require(model != null || reasoning != Reasoning.MODEL, "model is missing, which is to write the replies");
        require(
                !questions.isModel() || reasoning == Reasoning.MODEL,
                "reasoning (extract) has nothing to extract where a model makes up the questions; set it to model");
    }

    /** Reads a file strictly; every problem is reported at once. */
    public static Configured<RaftFile> read(Settings settings) {
        return settings.bind(RaftFile.class);
    }

    Chunker chunker(TokenCount count) {
        return new Chunker(count, chunkTokens, chunkOverlap);
    }
}
