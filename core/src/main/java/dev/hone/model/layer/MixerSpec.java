package dev.hone.model.layer;

import java.util.List;

/** The part of a layer in which positions read each other. */
public sealed interface MixerSpec permits AttentionSpec {
    /** In the order a checkpoint lists them. */
    List<LinearSpec> linearMaps();

    /** The norms inside. */
    List<NormSpec> norms();
}
