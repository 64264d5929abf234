package io.nodeflame.collector.export;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Writes one page that shows a flame graph and needs nothing else: no server, no network. */
public final class HtmlReport {
  private static final int MAX_TEMPLATE_BYTES = 16 << 20;

  private final PageTemplate template;

  public HtmlReport(PageTemplate template) {
    this.template = template;
  }

  /**
   * Writes the page; the stream is flushed and stays open.
   *
   * @param title any text; names of pods and processes are not trusted
   * @throws IOException also when the template has no place for the profile
   */
  public void write(FlameTree tree, String title, OutputStream out) throws IOException {
    String page;
    try (InputStream in = template.open()) {
      page = new String(in.readNBytes(MAX_TEMPLATE_BYTES), StandardCharsets.UTF_8);
    }
    int place = page.indexOf(PageTemplate.PROFILE);
    if (place < 0) {
      throw new IOException("the page template lacks " + PageTemplate.PROFILE);
    }
    Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    // Titles are put in around the profile, never within it: a name may look like a placeholder.
    writer.write(page.substring(0, place).replace(PageTemplate.TITLE, escape(title)));
    tree.writeJson(writer);
    String rest = page.substring(place + PageTemplate.PROFILE.length());
    writer.write(rest.replace(PageTemplate.TITLE, escape(title)));
    writer.flush();
  }

  private static String escape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c < ' ' ? ' ' : c);
      }
    }
    return out.toString();
  }
}
