package io.nodeflame.collector.store;

/** A text that a matcher may look at only so often. */
final class SteppedText implements CharSequence {
  private final String text;
  private int stepsLeft;

  SteppedText(String text, int steps) {
    this.text = text;
    this.stepsLeft = steps;
  }

  @Override
  public char charAt(int index) {
    if (--stepsLeft < 0) {
      throw new IllegalArgumentException("regular expression too costly");
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
