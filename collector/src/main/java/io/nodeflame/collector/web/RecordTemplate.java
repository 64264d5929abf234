package io.nodeflame.collector.web;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The page of a recorded profile: one file that needs no server and loads nothing. */
public final class RecordTemplate {
  private RecordTemplate() {}

  /** The page, with a placeholder for the profile; the caller closes it. */
  public static InputStream open() {
    return new ByteArrayInputStream(Assets.recordPage().getBytes(StandardCharsets.UTF_8));
  }
}
