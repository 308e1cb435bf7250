package dev.hone.model.layer;

import java.util.List;

/** The part of a layer that computes each position by itself. */
public sealed interface FeedForwardSpec permits GatedSpec {
    /** In the order a checkpoint lists them. */
    List<LinearSpec> linearMaps();
}
