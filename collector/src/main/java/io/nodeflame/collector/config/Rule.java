package io.nodeflame.collector.config;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What one key allows. The reader and the record's constructor use the same rule, so a value from
 * the command line is held to the limits of the file.
 *
 * @param allowed for the user, such as {@code 1..1000}
 */
record Rule<T>(String allowed, Function<String, Optional<T>> parser, Predicate<T> accepts) {

  /** For a value without a default: empty is what stands for "not set". */
  Rule<Optional<T>> optional() {
    return new Rule<>(
        allowed,
        text -> {
          Optional<T> value = read(text);
          return value.isPresent() ? Optional.of(value) : Optional.empty();
        },
        value -> value.filter(accepts).isPresent());
  }

  Rule<T> and(Predicate<T> more) {
    return new Rule<>(allowed, parser, accepts.and(more));
  }

  Optional<T> read(String text) {
    return parser.apply(text).filter(accepts);
  }

  /**
   * @throws IllegalArgumentException naming key, value and what is allowed
   */
  void require(String key, T value) {
    if (!accepts.test(value)) {
      throw new IllegalArgumentException(
          new Problem(0, key, String.valueOf(value), allowed).toString());
    }
  }

  void requireEach(String key, Iterable<T> values) {
    for (T value : values) {
      require(key, value);
    }
  }
}
