/** The values that flow from collection to delivery and the store. */
@NullMarked
package io.nodeflame.collector.profile;

import org.jspecify.annotations.NullMarked;
