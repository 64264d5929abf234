package io.nodeflame.symbolizer.hotspot;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Readable, stable names. What the Java machine generates at run time has a number or an address in
 * its name that is another in each process and each run: it is left out, so that profiles can be
 * added up and compared.
 */
final class JavaNames {
  private static final int MAX_PARAMETERS = 255;
  private static final int MAX_DIMENSIONS = 255;

  /** Hidden classes end in {@code +0x00007f...} or {@code /0x...}; JDK 8 had {@code /1234}. */
  private static final Pattern HIDDEN = Pattern.compile("[+/]0x[0-9a-f]{6,16}|/[0-9]{2,20}$");

  private static final Pattern NUMBERED =
      Pattern.compile(
          "(\\$\\$Lambda)[$0-9]*"
              + "|(LambdaForm\\$(?:MH|DMH|BMH|VH))[$0-9]*"
              + "|(Generated(?:Method|Constructor|SerializationConstructor)Accessor)[0-9]+"
              + "|(\\$Proxy)[0-9]+"
              + "|(\\$\\$(?:EnhancerBy|FastClassBy)[A-Za-z]*\\$\\$)[0-9a-f]{4,16}"
              + "|(\\$\\$SpringCGLIB\\$\\$)[0-9]+"
              + "|(\\$MockitoMock\\$)[0-9]+"
              + "|(\\$ByteBuddy\\$)[0-9A-Za-z]{4,16}");

  private JavaNames() {}

  /**
   * Class, method and the simple types of its parameters.
   *
   * @param className with slashes, as in class files
   * @param signature a method descriptor; left out when it is none
   */
  static String method(String className, String method, String signature) {
    return className(className) + "." + method + parameters(signature);
  }

  /** With dots, and without what differs from run to run. */
  static String className(String internal) {
    String name = internal;
    if (internal.indexOf('$') >= 0 || internal.contains("0x") || internal.contains("Accessor")) {
      name = HIDDEN.matcher(internal).replaceAll("");
      name = NUMBERED.matcher(name).replaceAll(JavaNames::withoutNumber);
    }
    return name.replace('/', '.');
  }

  private static String withoutNumber(MatchResult match) {
    for (int group = 1; group <= match.groupCount(); group++) {
      if (match.group(group) != null) {
        return Matcher.quoteReplacement(match.group(group));
      }
    }
    return Matcher.quoteReplacement(match.group());
  }

  /** {@code (ILjava/lang/String;[J)V} gives {@code (int, String, long[])}. */
  static String parameters(String signature) {
    if (signature.isEmpty() || signature.charAt(0) != '(') {
      return "";
    }
    StringBuilder out = new StringBuilder("(");
    int at = 1;
    for (int count = 0; at < signature.length() && signature.charAt(at) != ')'; count++) {
      if (count == MAX_PARAMETERS) {
        return "";
      }
      if (count > 0) {
        out.append(", ");
      }
      at = type(signature, at, out);
      if (at < 0) {
        return "";
      }
    }
    return out.append(')').toString();
  }

  /** Appends one type; where the next begins, or -1 when it is none. */
  private static int type(String signature, int start, StringBuilder out) {
    int at = start;
    while (at < signature.length() && signature.charAt(at) == '[') {
      at++;
    }
    int dimensions = at - start;
    if (at >= signature.length() || dimensions > MAX_DIMENSIONS) {
      return -1;
    }
    String primitive = primitive(signature.charAt(at));
    if (primitive != null) {
      out.append(primitive);
      at++;
    } else if (signature.charAt(at) == 'L') {
      int end = signature.indexOf(';', at);
      if (end < 0) {
        return -1;
      }
      String name = className(signature.substring(at + 1, end));
      out.append(name, name.lastIndexOf('.') + 1, name.length());
      at = end + 1;
    } else {
      return -1;
    }
    out.append("[]".repeat(dimensions));
    return at;
  }

  private static @Nullable String primitive(char code) {
    return switch (code) {
      case 'B' -> "byte";
      case 'C' -> "char";
      case 'D' -> "double";
      case 'F' -> "float";
      case 'I' -> "int";
      case 'J' -> "long";
      case 'S' -> "short";
      case 'Z' -> "boolean";
      default -> null;
    };
  }
}
