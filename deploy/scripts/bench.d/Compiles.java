import java.net.URI;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** {@code Compiles DIRECTORY} runs the JDK's own compiler for ever: thousands of methods. */
final class Compiles {
  private Compiles() {}

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreErrors) {
      return text;
    }
  }

  private static String text() {
    StringBuilder text = new StringBuilder("import java.util.*; import java.util.stream.*;\n");
    text.append("class Made {\n");
    for (int i = 0; i < 80; i++) {
      text.append("  sealed interface S").append(i).append(" permits A").append(i).append(" {}\n");
      text.append("  record A").append(i).append("(int x, String y) implements S").append(i);
      text.append(" { int z() { return switch (y) { case \"a\" -> x; default -> x * 31; }; } }\n");
      text.append("  static <T extends Comparable<T>> Map<T, List<T>> m").append(i);
      text.append("(Collection<? extends T> in) throws Exception { try { ");
      text.append("return in.stream().filter(x -> x != null).map(x -> (T) x)");
      text.append(".collect(Collectors.groupingBy(x -> x, TreeMap::new, Collectors.toList())); }");
      text.append(" finally { for (int i = 0; i < 3; i++) { String s = \"a\" + i + in; } } }\n");
    }
    return text.append("}\n").toString();
  }

  public static void main(String[] args) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = List.of("-proc:none", "-nowarn", "-d", args[0]);
    Source source = new Source("Made", text());
    while (compiler.getTask(null, null, null, options, null, List.of(source)).call()) {
      // goes on
    }
    throw new IllegalStateException("the source is wrong");
  }
}
