/**
 * The process context of OpenTelemetry (OTEP 4719): resource attributes that a process publishes in
 * a named mapping. Everything read here is hostile.
 */
@NullMarked
package io.nodeflame.symbolizer.context;

import org.jspecify.annotations.NullMarked;
