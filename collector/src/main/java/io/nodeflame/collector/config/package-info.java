/**
 * The configuration: one YAML file, read into one immutable record per feature.
 *
 * <p>{@link io.nodeflame.collector.config.ConfigLoader} reads, {@link
 * io.nodeflame.collector.config.ConfigPrinter} writes. A feature's keys, defaults and limits stand
 * in its record and nowhere else.
 */
@NullMarked
package io.nodeflame.collector.config;

import org.jspecify.annotations.NullMarked;
