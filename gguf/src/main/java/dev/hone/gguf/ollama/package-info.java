/** A model as Ollama takes it: a Modelfile whose template writes what the model's own chat template writes. */
@NullMarked
package dev.hone.gguf.ollama;

import org.jspecify.annotations.NullMarked;
