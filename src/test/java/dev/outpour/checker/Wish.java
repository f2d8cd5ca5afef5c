package dev.outpour.checker;

import java.util.List;
import java.util.regex.Pattern;

/** What a reader asks for, understood independently of the hub: its patterns as expressions. */
final class Wish {

  private final List<Pattern> patterns;

  Wish(List<String> patterns) {
    this.patterns = patterns.stream().map(Wish::compile).toList();
  }

  /** Of letters, digits, slashes and stars only, which is all that is used here. */
  private static Pattern compile(String pattern) {
    String expression = ("/" + pattern).replace("/**", "(/[^/]+){0,}").replace("/*", "/[^/]+");
    return Pattern.compile(expression);
  }

  boolean takesIn(List<String> topics) {
    return topics.stream()
        .anyMatch(topic -> patterns.stream().anyMatch(it -> it.matcher("/" + topic).matches()));
  }
}
