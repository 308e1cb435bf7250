package dev.hone.model.layer;

/**
 * What stands around the layers of a decoder.
 *
 * @param path the full dotted name that a checkpoint gives what holds the layers: {@code model}
 * @param embedding the module of the table that tokens are looked up in
 * @param embeddingFactor of looked up embeddings, rounded to the type that is computed in
 * @param norm the last norm
 */
public record DecoderSpec(String path, String embedding, double embeddingFactor, NormSpec norm, LogitForm logits) {
    public DecoderSpec withEmbeddingFactor(double factor) {
        return new DecoderSpec(path, embedding, factor, norm, logits);
    }

    public DecoderSpec withLogits(LogitForm other) {
        return new DecoderSpec(path, embedding, embeddingFactor, norm, other);
    }
}
