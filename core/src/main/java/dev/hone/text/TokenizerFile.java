package dev.hone.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.files.HubCache;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a checkpoint: its {@code tokenizer.json}, and {@code tokenizer_config.json} if there is one beside it. Without it, {@code
 * tekken.json} or {@code tokenizer.model} (SentencePiece's, or Llama 3's ranks) is read as the {@code tokenizer.json} that says the same, with the
 * tokens that {@code tokenizer_config.json} or {@code added_tokens.json} add.
 *
 * <p>The file defines everything, but for the end of a text where nothing beside it names one: then the model's {@code config.json} or
 * {@code generation_config.json} does. Older files ({@code vocab.json}, {@code merges.txt}, {@code special_tokens_map.json}) are not read. Text is encoded by the native library that the file format comes from, and
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

    /** Whether a folder has a tokenizer to open. */
    public static boolean existsIn(Path folder) {
        return Files.exists(TokenizerSource.fileIn(folder));
    }

    /** The {@code tokenizer.json} of a folder, or one that says the same as the file that defines its tokenizer. */
    public static ObjectNode definitionIn(Path folder) {
        TokenizerSource source = TokenizerSource.read(HubCache.resolve(folder));
        try {
            return (ObjectNode) new ObjectMapper().readTree(source.json());
        } catch (JsonProcessingException e) { // which opening it would have refused
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a tokenizer from a checkpoint folder, or from the path of one of the files that define one. */
    public static TokenizerFile open(Path folderOrFile) {
        TokenizerSource source = TokenizerSource.read(HubCache.resolve(folderOrFile));
        Path path = source.path();
        String text = source.json();
        TokenizerJson json = TokenizerJson.read(path, source.defining(), text);
        Path config = configBeside(path);
        TokenizerSettings settings = (Files.exists(config)
                        ? TokenizerSettings.read(config, json.ids())
                        : TokenizerSettings.none())
                .withNames(source.names(), json.ids())
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

    /** SHA-256 of the bytes that define the tokenizer, those of {@code tokenizer.json} or of what is read instead, in hexadecimal. */
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

    /** The file this was read from. */
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
