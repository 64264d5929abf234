package io.nodeflame.collector.export;

import java.io.IOException;
import java.io.InputStream;

/** The page that a report is made of: UTF-8, complete in itself, with placeholders. */
@FunctionalInterface
public interface PageTemplate {
  /** Stands for the flame graph's JSON, within a script element. Required, once. */
  String PROFILE = "/*NODEFLAME_PROFILE_JSON*/";

  /** Stands for the title, as text of an element, any number of times. */
  String TITLE = "/*NODEFLAME_TITLE*/";

  /** Opens the template; the caller closes it. */
  InputStream open() throws IOException;
}
