package io.nodeflame.symbolizer.demangle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Names from profiled programs are hostile: no exception, no endless work, bounded output. */
class DemanglerFuzzTest {
  private static final String ALPHABET =
      "_ZRNESTIJLXKPROFADCMUGBVCvbdilmxyz0123456789$.stcladwpn\u0000\u00e9\ud800";

  /** The name, clone suffixes in brackets, and the words for a file's initializer. */
  private static final int MAX_RESULT_LENGTH = Demangler.MAX_LENGTH + 10 * 128 + 32;

  @Test
  void mutantsOfRealNames() {
    List<String> lines = DemanglerTest.SIMPLIFIED.lines().toList();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += 2) {
      names.add(lines.get(i));
    }
    names.add("_Z1fIJiEEDTfLplT_Li1EEDpT_");
    names.add("_Z1fIiEDTcldtfp_onplEET_");
    names.add("_Z1fPDwicEFvvE");
    names.add("_RINvC1a1fDNtC1a1Tp1Xlp1YhNtC1a4SendEL_E");
    names.add("_RINtNtC3std4iter5ChainINtB2_3ZipINtNtB4_3vec8IntoItermEBt_EE");
    Random random = new Random(20260801);
    int demangled = 0;
    for (int i = 0; i < 200_000; i++) {
      String mutant = mutate(names.get(random.nextInt(names.size())), names, random);
      Style style = random.nextBoolean() ? Style.FULL : Style.SIMPLIFIED;
      String result = Demangler.demangle(mutant, style);
      if (!result.equals(mutant)) {
        demangled++;
        assertTrue(result.length() <= MAX_RESULT_LENGTH, mutant);
      }
    }
    assertTrue(demangled > 10_000, demangled + " mutants are still names");
  }

  private static String mutate(String name, List<String> names, Random random) {
    StringBuilder mutant = new StringBuilder(name);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = Math.min(mutant.length(), 2 + random.nextInt(mutant.length() + 1));
      switch (random.nextInt(5)) {
        case 0 -> mutant.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        case 1 -> mutant.setLength(Math.max(4, at));
        case 2 -> mutant.insert(at, mutant.substring(at / 2, at));
        case 3 -> {
          String other = names.get(random.nextInt(names.size()));
          mutant.insert(at, other.substring(random.nextInt(other.length())));
        }
        default -> {
          if (at < mutant.length()) {
            mutant.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
          }
        }
      }
    }
    return mutant.toString();
  }

  @Test
  void deepNestingEndsOnASmallStack() throws InterruptedException {
    List<String> names = new ArrayList<>();
    for (String unit :
        new String[] {
          "P",
          "N",
          "F",
          "1AI",
          "Z1f",
          "XadL_Z1f",
          "M",
          "DTnt",
          "U1aI",
          "A_",
          "K",
          "J",
          "T",
          "I",
          "RNv",
          "NvNt",
          "DI",
          "FG_",
          "S_",
          "LPK",
          "Dp",
          "DO",
          "GR",
          "Tv0_n1_",
          "cv",
          "ppnt",
          "cl",
          "srN"
        }) {
      int count = 15_000 / unit.length();
      names.add("_Z1f" + unit.repeat(count));
      names.add("_Z" + unit.repeat(count));
      names.add("_R" + unit.repeat(count));
      names.add("_RINvC1a1f" + unit.repeat(count));
      names.add("_Z1fI" + unit.repeat(count) + "i" + "E".repeat(900));
      // As deep as the parser allows: the printer has to get through too.
      names.add("_Z1f" + unit.repeat(98) + "i" + "E".repeat(98));
      names.add("_RINvC1a1f" + unit.repeat(98) + "h" + "E".repeat(98));
    }
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable demangleAll =
        () -> {
          for (String name : names) {
            Demangler.demangle(name, Style.FULL);
            Demangler.demangle(name, Style.SIMPLIFIED);
          }
        };
    // The daemon's threads have stacks of 256 KiB.
    Thread thread = new Thread(null, demangleAll, "small-stack", 192 * 1024);
    thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
    thread.start();
    thread.join();
    assertNull(failure.get());
  }

  @Test
  void exponentialNamesStaySmall() {
    StringBuilder cxx = new StringBuilder("_Z1fIJEEvDpT_");
    for (int i = 0; i < 30; i++) {
      String last = "S" + (i == 0 ? "" : base36(i - 1)) + "_";
      cxx.append("1AI").append(last).append(last).append(last).append('E');
    }
    StringBuilder rust = new StringBuilder("_RINvC1a1f");
    int previous = rust.length() - 2;
    rust.append("TheE");
    for (int i = 0; i < 30; i++) {
      int start = rust.length() - 2;
      String reference = "B" + base62(previous - 1) + "_";
      rust.append('T').append(reference).append(reference).append('E');
      previous = start;
    }
    rust.append('E');
    for (Style style : new Style[] {Style.FULL, Style.SIMPLIFIED}) {
      for (String name : new String[] {cxx.toString(), rust.toString()}) {
        String result = Demangler.demangle(name, style);
        assertTrue(result.equals(name) || result.length() <= Demangler.MAX_LENGTH);
      }
    }
  }

  @Test
  void overlongNamesAreNotEvenTried() {
    String name = "_Z" + Demangler.MAX_MANGLED_LENGTH + "x".repeat(Demangler.MAX_MANGLED_LENGTH);
    assertEquals(name, Demangler.demangle(name, Style.SIMPLIFIED));
    String clones = "_Z1fv" + ".".repeat(5000);
    assertEquals(clones, Demangler.demangle(clones, Style.FULL));
    String longer = "_Z5000" + "x".repeat(5000);
    assertEquals(longer, Demangler.demangle(longer, Style.FULL));
    assertFalse(Demangler.demangle("_Z3000" + "x".repeat(3000), Style.FULL).startsWith("_Z"));
  }

  private static String base36(int value) {
    return Integer.toString(value, 36).toUpperCase(Locale.ROOT);
  }

  private static String base62(int value) {
    String digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    String text = "";
    for (int rest = value; rest > 0 || text.isEmpty(); rest /= 62) {
      text = digits.charAt(rest % 62) + text;
    }
    return text;
  }
}
