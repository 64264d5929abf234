import com.sun.management.OperatingSystemMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntBinaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Loads for the profiler: {@code java JavaLoads NAME SECONDS} runs one of them in a thread of its
 * own, until the machine has used so much CPU time; then it stays for a moment, so that its code can
 * still be named. Every stack of that thread has {@code Thread.run}, and the method of the load's
 * name.
 */
public final class JavaLoads {
  interface Load {
    void run() throws Exception;
  }

  private static final long AFTERWARDS_MILLIS = 2500;

  private static volatile long sink;
  private static volatile boolean isDone;

  private JavaLoads() {}

  public static void main(String[] args) throws Exception {
    Map<String, Load> loads = new HashMap<>();
    loads.put("streams", JavaLoads::streams);
    loads.put("regex", JavaLoads::regex);
    loads.put("recursion", JavaLoads::recursion);
    loads.put("exceptions", JavaLoads::exceptions);
    loads.put("sort", JavaLoads::sort);
    loads.put("lambdas", JavaLoads::lambdas);
    loads.put("reflection", JavaLoads::reflection);
    loads.put("concatenation", JavaLoads::concatenation);
    loads.put("deflate", JavaLoads::deflate);
    loads.put("digest", JavaLoads::digest);
    loads.put("garbage", JavaLoads::garbage);
    loads.put("classes", JavaLoads::classes);
    loads.put("decimals", JavaLoads::decimals);
    loads.put("formatting", JavaLoads::formatting);
    loads.put("serialization", JavaLoads::serialization);
    loads.put("monitors", JavaLoads::monitors);
    loads.put("copying", JavaLoads::copying);
    loads.put("virtual", JavaLoads::virtual);
    loads.put("compiler", JavaLoads::compiler);
    loads.put("shares", JavaLoads::shares);
    loads.put("inlining", JavaLoads::inlining);
    loads.put("mixed", JavaLoads::mixed);
    loads.put("warmed", JavaLoads::warmed);
    run(loads.get(args[0]), Long.parseLong(args[1]));
  }

  static void run(Load load, long seconds) throws InterruptedException {
    Thread thread =
        new Thread(
            () -> {
              while (!isDone) {
                try {
                  load.run();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }
            },
            "load");
    thread.start();
    OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long nanos = seconds * 1_000_000_000;
    while (system.getProcessCpuTime() < nanos) {
      Thread.sleep(50);
    }
    isDone = true;
    thread.join();
    Thread.sleep(AFTERWARDS_MILLIS);
  }

  static void streams() {
    Map<String, Long> counts =
        IntStream.range(0, 5000)
            .mapToObj(i -> "key" + i % 97)
            .filter(key -> !key.endsWith("3"))
            .collect(Collectors.groupingBy(key -> key, TreeMap::new, Collectors.counting()));
    sink += counts.size();
  }

  private static final Pattern PATTERN = Pattern.compile("([a-z]+)-(\\d+)(?:\\.(\\d+))*;?");

  static void regex() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      text.append("name-").append(i).append(".7.11;");
    }
    sink += PATTERN.matcher(text).results().mapToInt(r -> r.group(2).length()).sum();
  }

  private abstract static class Node {
    abstract long walk(int depth, long value);
  }

  private static final class NodeA extends Node {
    @Override
    long walk(int depth, long value) {
      return depth == 0 ? spin(value) : NODES[depth & 3].walk(depth - 1, value + 1) * 3;
    }
  }

  private static final class NodeB extends Node {
    @Override
    long walk(int depth, long value) {
      return depth == 0 ? spin(value) : NODES[depth & 3].walk(depth - 1, value ^ 5) + 7;
    }
  }

  private static final class NodeC extends Node {
    @Override
    long walk(int depth, long value) {
      return depth == 0 ? spin(value) : NODES[depth & 3].walk(depth - 1, value << 1) - 1;
    }
  }

  private static final Node[] NODES = {new NodeA(), new NodeB(), new NodeC(), new NodeA()};

  static long spin(long value) {
    long x = value | 1;
    for (int i = 0; i < 200; i++) {
      x = x * 6364136223846793005L + 1442695040888963407L;
    }
    return x;
  }

  static void recursion() {
    for (int i = 0; i < 100; i++) {
      sink += NODES[i & 3].walk(20, i);
    }
  }

  static int fail(int depth) {
    if (depth == 0) {
      throw new IllegalArgumentException("deep");
    }
    return fail(depth - 1) + 1;
  }

  static void exceptions() {
    for (int i = 0; i < 100; i++) {
      try {
        sink += fail(10);
      } catch (IllegalArgumentException e) {
        sink += e.getStackTrace().length;
      }
    }
  }

  static void sort() {
    Random random = new Random(sink);
    Integer[] numbers = new Integer[2000];
    Arrays.setAll(numbers, i -> random.nextInt());
    Arrays.sort(numbers, Comparator.comparing((Integer n) -> n % 10).thenComparing(n -> n));
    sink += numbers[7];
  }

  static void lambdas() {
    IntBinaryOperator[] operators = {(a, b) -> a + b, (a, b) -> a ^ b, (a, b) -> a * b, Math::max};
    int value = 1;
    for (int i = 0; i < 100_000; i++) {
      value = operators[i & 3].applyAsInt(value, i);
    }
    sink += value;
  }

  public static int reflected(int value) {
    return (int) spin(value);
  }

  static void reflection() throws Exception {
    Method method = JavaLoads.class.getMethod("reflected", int.class);
    for (int i = 0; i < 1000; i++) {
      sink += (Integer) method.invoke(null, i);
    }
  }

  static void concatenation() {
    for (int i = 0; i < 1000; i++) {
      String text = "a" + i + ":" + sink + '-' + (i * 0.5);
      sink += text.length();
    }
  }

  static void deflate() {
    byte[] in = new byte[65536];
    new Random(1).nextBytes(in);
    for (int i = 0; i < in.length; i += 3) {
      in[i] = 7;
    }
    byte[] out = new byte[70000];
    Deflater deflater = new Deflater();
    deflater.setInput(in);
    deflater.finish();
    sink += deflater.deflate(out);
    deflater.end();
  }

  static void digest() throws Exception {
    byte[] in = new byte[16384];
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    CRC32 crc = new CRC32();
    for (int i = 0; i < 20; i++) {
      sha.update(in);
      crc.update(in);
    }
    sink += sha.digest()[0] + crc.getValue();
  }

  static void garbage() {
    List<byte[]> kept = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = new byte[i % 1000];
      if (i % 10 == 0) {
        kept.add(bytes);
      }
    }
    sink += kept.size();
  }

  /** A class with one method, in a loader of its own each time. */
  private static final class OneClass extends ClassLoader {
    private OneClass() {
      super(JavaLoads.class.getClassLoader());
    }

    Class<?> define(byte[] bytes) {
      return defineClass("JavaLoads$Loaded", bytes, 0, bytes.length);
    }
  }

  public static final class Loaded implements Callable<Long> {
    @Override
    public Long call() {
      long sum = 0;
      for (int i = 0; i < 50; i++) {
        sum += spin(i);
      }
      return sum;
    }
  }

  private static byte[] loadedBytes;

  static void classes() throws Exception {
    if (loadedBytes == null) {
      try (var in = JavaLoads.class.getResourceAsStream("JavaLoads$Loaded.class")) {
        loadedBytes = in.readAllBytes();
      }
    }
    Class<?> loaded = new OneClass().define(loadedBytes);
    Callable<?> instance = (Callable<?>) loaded.getDeclaredConstructor().newInstance();
    sink += (Long) instance.call();
  }

  static void decimals() {
    BigDecimal value = BigDecimal.ONE;
    for (int i = 1; i < 300; i++) {
      value = value.add(BigDecimal.ONE.divide(BigDecimal.valueOf(i), 60, RoundingMode.HALF_UP));
    }
    sink += value.hashCode();
  }

  static void formatting() {
    for (int i = 0; i < 100; i++) {
      sink += String.format("%05d %s %.3f %x", i, "text", i / 3.0, i).length();
    }
  }

  static void serialization() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      Map<String, List<Integer>> map = new HashMap<>();
      for (int i = 0; i < 50; i++) {
        map.put("k" + i, new ArrayList<>(List.of(i, i + 1)));
      }
      out.writeObject(map);
    }
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      sink += ((Map<?, ?>) in.readObject()).size();
    }
  }

  private static final Object LOCK = new Object();

  static void monitors() {
    for (int i = 0; i < 10_000; i++) {
      synchronized (LOCK) {
        sink += Integer.toString(i).hashCode();
      }
    }
  }

  static void copying() {
    byte[] from = new byte[1 << 16];
    byte[] to = new byte[1 << 16];
    for (int i = 0; i < 100; i++) {
      System.arraycopy(from, i & 7, to, i & 15, from.length - 32);
      System.arraycopy(to, 0, to, 16, to.length - 16);
      Arrays.fill(from, (byte) i);
    }
    sink += to[5];
  }

  static long parked(int level) throws InterruptedException {
    if (level == 0) {
      Thread.sleep(1);
      long sum = 0;
      for (int i = 0; i < 2000; i++) {
        sum += spin(i);
      }
      return sum;
    }
    return parked(level - 1) + 1;
  }

  /** On virtual threads, where there are any (21). */
  static void virtual() throws Exception {
    Method factory = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
    ExecutorService threads = (ExecutorService) factory.invoke(null);
    List<Future<Long>> results = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      results.add(threads.submit(() -> parked(12)));
    }
    for (Future<Long> result : results) {
      sink += result.get();
    }
    threads.shutdown();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(java.net.URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreErrors) {
      return text;
    }
  }

  /** The JDK's own compiler, in this process. */
  static void compiler() {
    StringBuilder text = new StringBuilder("import java.util.*; class Made {\n");
    for (int i = 0; i < 60; i++) {
      text.append("  static <T extends Comparable<T>> List<T> m").append(i);
      text.append("(Map<String, List<T>> in) { List<T> out = new ArrayList<>();");
      text.append(" in.values().forEach(l -> l.stream().filter(x -> x != null).sorted()");
      text.append(".forEach(out::add)); return out; }\n");
    }
    text.append("}\n");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = List.of("-proc:none", "-d", System.getProperty("java.io.tmpdir"));
    Source source = new Source("Made", text.toString());
    sink += compiler.getTask(null, null, null, options, null, List.of(source)).call() ? 1 : 0;
  }

  /** Frames of all kinds. */
  static void mixed() throws Exception {
    all();
  }

  /** The same in a method of its own, once most of it is compiled. */
  static void warmed() throws Exception {
    if (warmth++ < 200) {
      all();
    } else {
      warm();
    }
  }

  private static int warmth;

  static void warm() throws Exception {
    all();
  }

  private static int rounds;

  private static void all() throws Exception {
    if (rounds++ % 4 == 0) {
      deflate(); // takes as long as many others
    }
    streams();
    regex();
    recursion();
    exceptions();
    sort();
    lambdas();
    reflection();
    concatenation();
    digest();
    garbage();
    decimals();
    formatting();
    serialization();
    monitors();
    copying();
  }

  // 60, 30 and 10 of 100 equal steps. The methods are too large, or called too rarely, to matter.

  static long most(long x) {
    for (int i = 0; i < 600_000; i++) {
      x = x * 6364136223846793005L + 1442695040888963407L;
    }
    return x;
  }

  static long some(long x) {
    for (int i = 0; i < 300_000; i++) {
      x = x * 6364136223846793005L + 1442695040888963407L;
    }
    return x;
  }

  static long few(long x) {
    for (int i = 0; i < 100_000; i++) {
      x = x * 6364136223846793005L + 1442695040888963407L;
    }
    return x;
  }

  static void shares() {
    long x = sink;
    x = most(x);
    x = some(x);
    x = few(x);
    sink = x;
  }

  /** Of a loop by a long the compiler keeps where it can be interrupted, and so the line. */
  static long innermost(long x) {
    long value = x;
    for (long i = 0; i < 1000; i++) {
      value = value * 6364136223846793005L + 1442695040888963407L; // line of innermost
    }
    return value;
  }

  static long middle(long x) {
    return innermost(x) + 1; // line of middle
  }

  static long outermost(long x) {
    long value = x;
    for (int i = 0; i < 100; i++) {
      value = middle(value); // line of outermost
    }
    return value;
  }

  static void inlining() {
    for (int i = 0; i < 100; i++) {
      sink = outermost(sink); // line of inlining
    }
  }
}
