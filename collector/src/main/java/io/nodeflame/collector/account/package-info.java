/** Where every sample is: taken = delivered + waiting + each kind of loss. */
@NullMarked
package io.nodeflame.collector.account;

import org.jspecify.annotations.NullMarked;
