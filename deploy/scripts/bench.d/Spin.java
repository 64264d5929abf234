import java.util.HashMap;
import java.util.Map;

/** Counts words for ever. */
final class Spin {
  private Spin() {}

  static Map<String, Integer> count(String[] words) {
    Map<String, Integer> counts = new HashMap<>();
    for (String word : words) {
      counts.merge(word, 1, Integer::sum);
    }
    return counts;
  }

  static String text(int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(Integer.toHexString(i * 7919 % 1000)).append(' ');
    }
    return text.toString();
  }

  public static void main(String[] args) {
    long total = 0;
    while (total >= 0) {
      total += count(text(5000).split(" ")).size();
    }
  }
}
