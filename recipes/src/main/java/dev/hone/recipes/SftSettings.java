package dev.hone.recipes;

import dev.hone.config.Default;
import dev.hone.data.Learn;

/** What supervised fine-tuning learns of a row. */
public record SftSettings(@Default("replies") Learn learn) {}
