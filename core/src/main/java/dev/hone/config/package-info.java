/**
 * Configuration files, read strictly into records: every problem is reported at once, each with its line.
 *
 * <pre>{@code
 * Configured<TrainingConfig> run = Settings.read(Path.of("run.yaml"))
 *     .set("seed=7")
 *     .bind(TrainingConfig.class);
 * run.value();          // a valid record
 * run.origin("seed");   // --set seed=7
 * run.toYaml();         // every setting with its value and where it came from
 * }</pre>
 *
 * <p>A setting is a record component; {@code max-tokens} in the file is {@code maxTokens} in the record. A component may be
 * an {@code int}, {@code long}, {@code float}, {@code double}, {@code boolean}, {@code String}, {@link java.nio.file.Path},
 * {@link java.time.Duration} ({@code 90s}, {@code 1h30m}), an enum (lower case, kebab), another record, a sealed interface
 * marked {@link dev.hone.config.OneOf}, or a {@link java.util.List}, {@link java.util.Optional} or
 * {@link java.util.Map} (from names) of those. {@link dev.hone.config.Settings} are a group that is
 * bound later. A record marked {@link dev.hone.config.Flattened} shares the keys of the record that holds it. Only plain YAML is
 * supported: one document, no anchors, no tags.
 *
 * <p>A setting that is left out takes, in this order: the default given by the caller ({@link
 * dev.hone.config.Settings#orElse}), that of the record's static {@code defaults()}, that of {@link
 * dev.hone.config.Default}, nothing (where the component is {@code @Nullable} or {@code Optional}). A nested record is then
 * read as if it were empty, so that what is missing inside it is named.
 */
@org.jspecify.annotations.NullMarked
package dev.hone.config;
