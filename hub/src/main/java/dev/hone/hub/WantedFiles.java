package dev.hone.hub;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which files of a repository are fetched: those that a model, an adapter or a tokenizer is read from, its licence and its card; or those
 * that the user names by patterns. Weights for other frameworks, and the same weights in a second format, stay where they are.
 */
final class WantedFiles {
    /** Configurations, tokenizers in any form, templates, an adapter's files, what is said of the model. */
    private static final Pattern SMALL = Pattern.compile(
            "(config|generation_config|adapter_config|hone)\\.json"
                    + "|tokenizer\\.json|tokenizer_config\\.json|special_tokens_map\\.json|added_tokens\\.json|tekken\\.json"
                    + "|(tokenizer|spiece|sentencepiece\\.bpe)\\.model(\\.v\\w+)?|vocab\\.(json|txt)|merges\\.txt|\\w+\\.tiktoken"
                    + "|chat_template\\.(jinja|json)|additional_chat_templates/[^/]+\\.jinja"
                    + "|README\\.md|(LICEN[CS]E|NOTICE|USE_POLICY)[^/]*",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern WEIGHTS =
            Pattern.compile("(model|adapter_model)(-\\d+-of-\\d+)?\\.safetensors|model\\.safetensors\\.index\\.json");
    private static final Pattern SHARD =
            Pattern.compile("model(-\\d+-of-\\d+\\.safetensors|\\.safetensors\\.index\\.json)");
    private static final Pattern UNREAD_WEIGHTS = Pattern.compile(
            "(pytorch_model|adapter_model)\\b.*\\.bin|consolidated.*\\.(pth|pt)|.*\\.(h5|msgpack|ckpt)");

    private WantedFiles() {}

    /**
     * Those of a listing.
     *
     * @param patterns as of a shell, such as {@code *.gguf}; none: what is read
     * @throws HubException if there are none
     */
    static List<String> of(List<String> paths, List<String> patterns, String repository) {
        if (!patterns.isEmpty()) {
            List<Predicate<String>> any =
                    patterns.stream().map(WantedFiles::matching).toList();
            List<String> named = paths.stream()
                    .filter(path -> any.stream().anyMatch(one -> one.test(path)))
                    .toList();
            if (named.isEmpty()) {
                throw new HubException(repository + ": none of its " + paths.size() + " files matches --include "
                        + String.join(" ", patterns) + "; there are " + some(paths));
            }
            return named;
        }
        boolean single = paths.contains("model.safetensors");
        List<String> wanted = paths.stream()
                .filter(path -> SMALL.matcher(path).matches()
                        || WEIGHTS.matcher(path).matches()
                                && !(single && SHARD.matcher(path).matches()))
                .toList();
        boolean weights = wanted.stream().anyMatch(path -> path.endsWith(".safetensors"));
        boolean tokenizerAlone =
                paths.stream().noneMatch(path -> UNREAD_WEIGHTS.matcher(path).matches());
        if (!weights && !tokenizerAlone) {
            throw new HubException(repository + ": has no weights in safetensors, only "
                    + some(paths.stream()
                            .filter(path -> UNREAD_WEIGHTS.matcher(path).matches())
                            .toList())
                    + ", which are not read here; its pull requests often hold a converted one"
                    + " (@refs/pr/NUMBER), and --include names single files all the same");
        }
        List<String> quantised =
                paths.stream().filter(path -> path.endsWith(".gguf")).toList();
        if (!weights && !quantised.isEmpty()) {
            throw new HubException(repository + ": holds GGUF files (" + some(quantised)
                    + "), each of them a whole model; choose one with --include " + quantised.get(0));
        }
        if (wanted.stream().noneMatch(path -> path.endsWith(".json") || path.endsWith(".model"))) {
            throw new HubException(repository + ": has neither a model, an adapter nor a tokenizer; there are "
                    + some(paths) + "; --include fetches files by their names");
        }
        return wanted;
    }

    private static String some(List<String> paths) {
        String few = String.join(", ", paths.subList(0, Math.min(5, paths.size())));
        return paths.size() > 5 ? few + " and " + (paths.size() - 5) + " more" : paths.isEmpty() ? "no files" : few;
    }

    /** A pattern without a slash holds for names in every folder. */
    private static Predicate<String> matching(String pattern) {
        try {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            boolean anywhere = !pattern.contains("/");
            return path -> {
                if (!HubFile.isSafe(path)) {
                    return false;
                }
                Path whole = Path.of(path);
                return matcher.matches(anywhere ? whole.getFileName() : whole);
            };
        } catch (PatternSyntaxException e) {
            throw new HubException("--include " + pattern + " is no pattern: " + e.getDescription());
        }
    }
}
