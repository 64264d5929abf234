package io.nodeflame.collector.web;

import io.nodeflame.collector.store.CallTree;
import java.nio.charset.StandardCharsets;

/** The page of one recorded profile: one file that needs no server and loads nothing. */
public final class RecordPage {
  private static final String PLACEHOLDER = "/*NODEFLAME_PROFILE_JSON*/";

  private RecordPage() {}

  /**
   * @param title shown above the graph
   * @param tree summed up
   */
  public static String of(String title, CallTree tree) {
    byte[] json = Reply.json(200, out -> CallTreeJson.write(out, tree, title)).body();
    // In a script element, "</script" would end the profile.
    String text = new String(json, StandardCharsets.UTF_8).replace("<", "\\u003c");
    return Assets.recordPage().replace(PLACEHOLDER, text);
  }
}
