/**
 * What a node must offer and whether it does: one {@link io.nodeflame.collector.doctor.Check} per
 * requirement, each with its fix. {@link io.nodeflame.collector.doctor.KernelSupport} holds the
 * kernel rules for the sampler too.
 */
@NullMarked
package io.nodeflame.collector.doctor;

import org.jspecify.annotations.NullMarked;
