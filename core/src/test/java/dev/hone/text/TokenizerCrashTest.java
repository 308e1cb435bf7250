package dev.hone.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.error.HoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of the shapes that are in use, changed at random, and read in a process of their own: an error that the native library does not
 * expect ends that process (exit 134), which no exception handler sees.
 */
class TokenizerCrashTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHANGED = Integer.getInteger("hone.tokenizer.changed", 1500);
    private static final long SEED = Long.getLong("hone.tokenizer.seed", 1);

    /** Values that a file might have in place of the right ones. */
    private static final String[] POOL = {
        "\"\"",
        "\" \"",
        "null",
        "0",
        "-1",
        "7",
        "1000000",
        "4294967296",
        "[]",
        "{}",
        "true",
        "\"[CLS]\"",
        "\"[NONE]\"",
        "\"▁▁\"",
        "\"\\u0301\"",
        "\"B\"",
        "{\"String\": \"\"}",
        "{\"Regex\": \"\"}",
        "{\"Regex\": \"a*\"}",
        "{\"Regex\": \"(?=a)\"}",
        "{\"Regex\": \"$\"}",
        "{\"Regex\": \"\\\\b\"}",
        "{\"Regex\": \"x|\"}",
        "\"\\t\"",
        "{\"id\": 12, \"content\": \"\\t\", \"single_word\": false, \"lstrip\": true, \"rstrip\": true, \"normalized\": false, \"special\": true}",
        "{\"id\": 12, \"content\": \" \", \"single_word\": false, \"lstrip\": true, \"rstrip\": true, \"normalized\": true, \"special\": false}",
        "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"a*\"}, \"content\": \"xyz\"}",
        "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"$\"}, \"content\": \"xyz\"}",
        "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"[^x]\"}, \"content\": \"\"}",
        "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"the end\"}, \"content\": \"\"}",
        "{\"String\": \" \"}",
        "{\"SpecialToken\": {\"id\": \"[NONE]\", \"type_id\": 0}}",
        "{\"Sequence\": {\"id\": \"B\", \"type_id\": 1}}",
        "{\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": true}",
        "{\"type\": \"StripAccents\"}",
        "{\"type\": \"NFD\"}",
        "{\"type\": \"Nmt\"}",
        "{\"type\": \"BertNormalizer\", \"clean_text\": true, \"handle_chinese_chars\": true, \"strip_accents\": true, \"lowercase\": true}",
        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"\"}, \"content\": \"x\"}",
        "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"\\\\s*\"}, \"content\": \"\"}",
        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"\"}",
        "{\"type\": \"Prepend\", \"prepend\": \"\"}",
        "{\"type\": \"Split\", \"pattern\": {\"String\": \"\"}, \"behavior\": \"Isolated\", \"invert\": false}",
        "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"x*\"}, \"behavior\": \"MergedWithPrevious\", \"invert\": true}",
        "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"first\", \"split\": true}",
        "{\"type\": \"Digits\", \"individual_digits\": true}",
        "{\"type\": \"CharDelimiterSplit\", \"delimiter\": \"a\"}",
        "{\"type\": \"UnicodeScripts\"}",
        "{\"type\": \"Punctuation\", \"behavior\": \"Contiguous\"}",
        "{\"type\": \"RobertaProcessing\", \"sep\": [\"a\", 0], \"cls\": [\"b\", 1], \"trim_offsets\": true, \"add_prefix_space\": true}",
        "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true, \"use_regex\": true}",
    };

    /** Where every one of these is put. */
    private static final List<String> PLACES = List.of(
            "/normalizer",
            "/normalizer/pattern",
            "/normalizer/normalizers/1",
            "/normalizer/normalizers/1/pattern",
            "/pre_tokenizer",
            "/pre_tokenizer/pretokenizers/0/pattern",
            "/post_processor",
            "/post_processor/processors/1/single/0",
            "/post_processor/processors/1/pair/1",
            "/added_tokens/2/content",
            "/added_tokens/0/content",
            "/added_tokens/0");

    private static final String SPECIALS = """
            "added_tokens": [
              {"id": 12, "content": "[CLS]", "single_word": false, "lstrip": true, "rstrip": true, "normalized": false, "special": true},
              {"id": 13, "content": "[SEP]", "single_word": true, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
              {"id": 14, "content": "the end", "single_word": false, "lstrip": false, "rstrip": false, "normalized": true, "special": false}],
            "post_processor": {"type": "Sequence", "processors": [
              {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true},
              {"type": "TemplateProcessing",
               "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
               "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
               "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [12], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [13], "tokens": ["[SEP]"]}}}]},
            """;
    private static final String HEAD = """
            "version": "1.0", "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 4},
            "padding": {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "a"},
            """;

    /** Byte-level BPE as of GPT, SentencePiece-like BPE as of Llama 2, Unigram as of T5, WordPiece as of BERT. */
    private static final List<String> SHAPES = List.of(
            "{" + HEAD + SPECIALS + """
            "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "pattern": {"Regex": "\\\\p{L}+|\\\\s+"}, "behavior": "Isolated", "invert": false},
              {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]},
            "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
            "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "", "end_of_word_suffix": "",
              "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
              "vocab": {"a": 0, "b": 1, "c": 2, "Ġ": 3, "t": 4, "h": 5, "e": 6, "th": 7, "the": 8, "1": 9, "Ċ": 10, "ab": 11},
              "merges": [["t", "h"], ["th", "e"], ["a", "b"]]}}
            """,
            "{" + HEAD + SPECIALS + """
            "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
              {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
            "pre_tokenizer": null,
            "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
              {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
            "model": {"type": "BPE", "dropout": null, "unk_token": "a", "continuing_subword_prefix": null, "end_of_word_suffix": null,
              "fuse_unk": true, "byte_fallback": true, "ignore_merges": false,
              "vocab": {"a": 0, "<0x00>": 1, "<0x0A>": 2, "▁": 3, "t": 4, "h": 5, "e": 6, "th": 7, "the": 8, "▁the": 9, "1": 10, "b": 11},
              "merges": ["t h", "th e", "▁ the"]}}
            """,
            "{" + HEAD + SPECIALS + """
            "normalizer": {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"},
            "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
            "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
            "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
              "vocab": [["<unk>", 0.0], ["▁", -2.0], ["a", -3.0], ["t", -3.0], ["h", -3.0], ["e", -3.0], ["the", -1.0], ["▁the", -0.5],
                ["b", -4.0], ["1", -5.0], ["2", -5.0], ["한", -6.0]]}}
            """,
            "{" + HEAD + SPECIALS + """
            "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
            "pre_tokenizer": {"type": "BertPreTokenizer"}, "decoder": null,
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
              "vocab": {"[UNK]": 0, "a": 1, "##a": 2, "the": 3, "##b": 4, "1": 5, "c": 6, "d": 7, "e": 8, "f": 9, "g": 10, "h": 11}}}
            """);

    @TempDir
    private Path folder;

    @Test
    void noFileEndsTheProcessThatReadsIt() throws Exception {
        Random random = new Random(SEED);
        List<JsonNode> shapes = new ArrayList<>();
        int number = 0;
        for (int i = 0; i < SHAPES.size(); i++) {
            shapes.add(JSON.readTree(SHAPES.get(i)));
            write("right-" + i, shapes.get(i));
        }
        for (int i = 0; i < shapes.size(); i++) {
            for (String other : POOL) {
                for (String place : PLACES) {
                    ObjectNode changed = shapes.get(i).deepCopy();
                    int cut = place.lastIndexOf('/');
                    JsonNode parent = changed.at(place.substring(0, cut));
                    String name = place.substring(cut + 1);
                    if (parent instanceof ArrayNode array) {
                        array.set(Integer.parseInt(name), JSON.readTree(other));
                    } else if (parent instanceof ObjectNode object) {
                        object.set(name, JSON.readTree(other));
                    }
                    write("each-%d-%04d".formatted(i, number++), changed);
                }
            }
        }
        for (int i = 0; i < CHANGED; i++) {
            JsonNode changed = shapes.get(random.nextInt(shapes.size())).deepCopy();
            for (int times = 1 + random.nextInt(2); times > 0; times--) {
                change((ObjectNode) changed, random);
            }
            write("changed-%04d".formatted(i), changed);
        }
        String said = read(folder);
        assertThat(said).contains("all read");
        assertThat(said).contains("right-0: read", "right-1: read", "right-2: read", "right-3: read");
        assertThat(said).doesNotContain("unexpected");
    }

    private void write(String name, JsonNode json) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("tokenizer.json"), json.toString());
    }

    /** Changes one value somewhere, or removes it, or puts another before it. */
    private static void change(ObjectNode root, Random random) throws IOException {
        List<Runnable> places = new ArrayList<>();
        JsonNode other = JSON.readTree(POOL[random.nextInt(POOL.length)]);
        collect(root, other, random, places, 0);
        places.get(random.nextInt(places.size())).run();
    }

    private static void collect(JsonNode node, JsonNode other, Random random, List<Runnable> places, int depth) {
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> {
                boolean model = name.equals("vocab") || name.equals("merges");
                if (!model || random.nextInt(20) == 0) {
                    places.add(() -> object.set(name, other));
                    places.add(() -> object.remove(name));
                    collect(object.get(name), other, random, places, depth + 1);
                }
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int at = i;
                places.add(() -> array.set(at, other));
                places.add(() -> array.insert(at, other));
                places.add(() -> array.remove(at));
                collect(array.get(i), other, random, places, depth + 1);
            }
        }
    }

    /** Reads every folder's tokenizer in another process, in a further one after a crash; fails if there was one. */
    static String read(Path folder) throws IOException, InterruptedException {
        StringBuilder all = new StringBuilder();
        List<String> crashes = new ArrayList<>();
        String from = "";
        while (true) {
            Path log = folder.resolve("log.txt");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-XX:-CreateCoredumpOnCrash",
                            "-Dai.djl.offline=true",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Reader.class.getName(),
                            folder.toString(),
                            from)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            } finally {
                process.destroyForcibly();
            }
            String said = Files.readString(log);
            all.append(said);
            if (process.exitValue() == 0) {
                break;
            }
            String end = said.substring(said.lastIndexOf("reading "));
            from = end.lines().findFirst().orElse("").substring("reading ".length());
            crashes.add(end.lines().limit(5).toList() + "\n"
                    + Files.readString(folder.resolve(from).resolve("tokenizer.json")));
        }
        assertThat(crashes).as("seed %d", SEED).isEmpty();
        return all.toString();
    }

    /** What the other process runs. */
    static final class Reader {
        public static void main(String[] folder) throws IOException {
            List<Path> all;
            try (var entries = Files.list(Path.of(folder[0]))) {
                all = entries.filter(Files::isDirectory)
                        .filter(entry -> entry.getFileName().toString().compareTo(folder[1]) > 0)
                        .sorted()
                        .toList();
            }
            for (Path each : all) {
                System.out.println("reading " + each.getFileName());
                System.out.flush();
                try (TokenizerFile tokenizer = TokenizerFile.open(each)) {
                    for (String text : List.of(
                            "",
                            " ",
                            "the cat  sat\r\n\t on 12345",
                            "한 😀 e\u0301 \u0000[CLS] the end",
                            "aaab",
                            "\u0301",
                            "  a",
                            "x\t\t\t[CLS]  \t \t[SEP]\t\t a")) {
                        tokenizer.encode(text, Specials.ADD);
                        tokenizer.decode(tokenizer.ids(text, Specials.NONE));
                        tokenizer.ids(List.of(text, "a"), Specials.ADD);
                    }
                    System.out.println(each.getFileName() + ": read");
                } catch (HoneException refused) {
                    System.out.println(each.getFileName() + ": " + refused.getMessage());
                } catch (RuntimeException e) {
                    System.out.println(each.getFileName() + ": unexpected " + e);
                    e.printStackTrace(System.out);
                }
            }
            System.out.println("all read");
        }
    }
}
