package io.nodeflame.symbolizer.hotspot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaNamesTest {
  @ParameterizedTest
  @CsvSource({
    "java/util/HashMap, java.util.HashMap",
    "Foo$$Lambda$10+0x00007f0a1c000a00, Foo$$Lambda",
    "Foo$$Lambda/0x00007f0a1c000a00, Foo$$Lambda",
    "Foo$$Lambda+0x00007f0a1c000a00, Foo$$Lambda",
    "a/Foo$$Lambda$17/1234567, a.Foo$$Lambda",
    "java/lang/invoke/LambdaForm$MH+0x00007f0a1c000a00, java.lang.invoke.LambdaForm$MH",
    "java/lang/invoke/LambdaForm$DMH/0x0000000800c03000, java.lang.invoke.LambdaForm$DMH",
    "jdk/internal/reflect/GeneratedMethodAccessor123, jdk.internal.reflect.GeneratedMethodAccessor123",
    "com/sun/proxy/$Proxy12, com.sun.proxy.$Proxy",
    "a/Service$$EnhancerBySpringCGLIB$$8f3a2b1c, a.Service$$EnhancerBySpringCGLIB$$",
    "a/Service$$FastClassBySpringCGLIB$$8f3a2b1c, a.Service$$FastClassBySpringCGLIB$$",
    "a/Service$$SpringCGLIB$$0, a.Service$$SpringCGLIB$$",
    "a/Inner$1, a.Inner$1",
    "a/Price0x12, a.Price0x12",
  })
  void whatDiffersFromRunToRunIsLeftOut(String internal, String shown) {
    String expected = shown.replaceAll("(GeneratedMethodAccessor)[0-9]+", "$1");
    assertEquals(expected, JavaNames.className(internal));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "()V|()",
        "(ILjava/lang/String;[[J)V|(int, String, long[][])",
        "(BCDFJSZ)I|(byte, char, double, float, long, short, boolean)",
        "(Ljava/util/Map$Entry;)V|(Map$Entry)",
        "(Lbroken)V|''",
        "([|''",
        "(Q)V|''",
        "nonsense|''",
      })
  void parametersHaveTheirSimpleTypes(String signature, String shown) {
    assertEquals(shown, JavaNames.parameters(signature));
  }

  @Test
  void manyParametersAreLeftOut() {
    assertEquals("", JavaNames.parameters("(" + "I".repeat(300) + ")V"));
    assertEquals("a.B.c", JavaNames.method("a/B", "c", "(" + "[".repeat(300) + "I)V"));
  }
}
