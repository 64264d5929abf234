package io.nodeflame.collector.web;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/**
 * The page of one recorded profile, to be filled in: one file that needs no server and loads
 * nothing. {@code /*NODEFLAME_PROFILE_JSON*}{@code /} stands once for the tree, {@code {"name",
 * "value", "kind", "children"}} with nanoseconds as values and without any {@code <}; {@code
 * /*NODEFLAME_TITLE*}{@code /} stands for the title, as text of an element.
 */
public final class RecordPage {
  private RecordPage() {}

  /**
   * The page's text, UTF-8; the caller closes it.
   *
   * @throws IllegalStateException when the jar was built without the page
   */
  public static InputStream open() {
    return new ByteArrayInputStream(Assets.read("record.html"));
  }
}
