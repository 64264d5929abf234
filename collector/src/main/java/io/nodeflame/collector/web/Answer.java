package io.nodeflame.collector.web;

import java.io.IOException;

/** The answer to a request that was read, and allowed; it takes memory from when it is made on. */
interface Answer {
  /**
   * Makes it.
   *
   * @throws RefusedException with the reason when it cannot be given
   */
  Reply make() throws IOException, RefusedException;
}
