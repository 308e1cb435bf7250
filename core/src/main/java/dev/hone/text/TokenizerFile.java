package dev.hone.text;

import dev.hone.files.HubCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a checkpoint: its {@code tokenizer.json}, and {@code tokenizer_config.json} if there is one beside it.
 *
 * <p>The file defines everything, but for the end of a text where nothing beside it names one: then the model's {@code config.json} or
 * {@code generation_config.json} does. Legacy files ({@code vocab.json}, {@code merges.txt}, {@code special_tokens_map.json},
 * {@code tokenizer.model}) are not read. Text is encoded by the native library that the file format comes from, and
 * decoded here, stage by stage, so that whole sequences and streams give the same text. Anything missing, damaged or
 * contradictory is a {@link TokenizerException} when the file is opened, not later.
 */
public final class TokenizerFile implements Tokenizer {
    private final Path path;
    private final TokenizerJson json;
    private final TokenizerSettings settings;
    private final NativeEncoder encoder;
    private final BitSet special;

    private TokenizerFile(Path path, TokenizerJson json, TokenizerSettings settings, NativeEncoder encoder) {
        this.path = path;
        this.json = json;
        this.settings = settings;
        this.encoder = encoder;
        this.special = (BitSet) json.special().clone();
        SpecialTokens named = settings.specialTokens();
        Stream.of(named.bosId(), named.eosId(), named.padId()).forEach(id -> id.ifPresent(special::set));
    }

    /** Opens a tokenizer from a checkpoint folder, or from the path of a {@code tokenizer.json}. */
    public static TokenizerFile open(Path named) {
        Path folderOrFile = HubCache.resolve(named);
        Path path = Files.isDirectory(folderOrFile) ? folderOrFile.resolve("tokenizer.json") : folderOrFile;
        byte[] content = TokenizerJson.bytesOf(path);
        String text = TokenizerJson.textOf(path, content);
        TokenizerJson json = TokenizerJson.read(path, content, text);
        Path config = configBeside(path);
        TokenizerSettings settings = (Files.exists(config)
                        ? TokenizerSettings.read(config, json.ids())
                        : TokenizerSettings.none())
                .withEndOf(path, json::token);
        try {
            NativeEncoder encoder = new NativeEncoder(path, text, json.longestText());
            return new TokenizerFile(path, json, settings, encoder);
        } catch (IllegalArgumentException refused) {
            throw new TokenizerException(
                    path + ": refused by the tokenizers library (" + refused.getMessage()
                            + "); check that the file was written by a version it knows",
                    refused);
        }
    }

    @Override
    public Encoding encode(String text, Specials specials) {
        return encoder.encode(text, specials);
    }

    @Override
    public int[] ids(String text, Specials specials) {
        return encoder.ids(text, specials);
    }

    @Override
    public List<int[]> ids(List<String> texts, Specials specials) {
        return encoder.ids(texts, specials);
    }

    @Override
    public TokenStream stream() {
        return new TokenStream(json::token, json.decoder());
    }

    @Override
    public int size() {
        return json.size();
    }

    @Override
    public OptionalInt idOf(String token) {
        Integer id = json.ids().get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    @Override
    public String tokenOf(int id) {
        @Nullable String token = json.token(id);
        if (token == null) {
            throw new IllegalArgumentException("id (" + id + ") names no token; allowed: 0 to " + (size() - 1));
        }
        return token;
    }

    @Override
    public boolean isSpecial(int id) {
        return id >= 0 && special.get(id);
    }

    @Override
    public SpecialTokens specialTokens() {
        return settings.specialTokens();
    }

    /** SHA-256 of the bytes of {@code tokenizer.json}, in hexadecimal. */
    @Override
    public String fingerprint() {
        return json.fingerprint();
    }

    /** Whether {@code tokenizer_config.json} wants BOS before every text; what {@link Specials#ADD} does is in the file. */
    public Optional<Boolean> addBosToken() {
        return settings.addBosToken();
    }

    /** The context length that the checkpoint states, in tokens; empty where unlimited or missing. */
    public OptionalInt modelMaxLength() {
        return settings.modelMaxLength();
    }

    /** The {@code tokenizer.json} this was read from. */
    public Path path() {
        return path;
    }

    /** The files that make up this tokenizer, to be copied next to what was trained with it. */
    public List<Path> files() {
        return Stream.of(path, configBeside(path)).filter(Files::exists).toList();
    }

    @Override
    public void close() {
        encoder.close();
    }

    private static Path configBeside(Path tokenizerJson) {
        return tokenizerJson.resolveSibling("tokenizer_config.json");
    }
}
