package dev.outpour.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outpour.update.RefusedException;
import io.vertx.core.buffer.Buffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonFaultTest {

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("{a:1}", 1, 2, "expected a name in double quotes instead of 'a'"),
        fault("{'a':1}", 1, 2, "expected a name in double quotes instead of '''"),
        fault("{\"a\":1,\n}", 2, 1, "no member follows the ',': remove the ','"),
        fault("[1,]", 1, 4, "expected a value instead of ']'"),
        fault("{\"a\":}", 1, 6, "expected a value instead of '}'"),
        fault("{\"a\" 1}", 1, 6, "expected a ':' after the name instead of '1'"),
        fault("{\"a\":1\n\"b\":2}", 2, 1, "expected a ',' or the end instead of '\"'"),
        fault("[1 2]", 1, 4, "expected a ',' or the end instead of '2'"),
        fault(
            "{\"a\":01}", 1, 7, "a number must not start with 0: remove the 0, or make it a text"),
        fault("[+1]", 1, 3, "a number must not start with '+': remove it"),
        fault("[.5]", 1, 2, "expected a value instead of '.'"),
        fault("[1. ]", 1, 3, "expected a digit instead of ' '"),
        fault("tru", 1, 1, word("tru")),
        fault("[NaN]", 1, 5, word("NaN")),
        fault("hello world", 1, 1, word("hello")),
        fault("<p>", 1, 1, "expected a value instead of '<'"),
        fault("{\"a\":\"x", 1, 8, "the text ends before it is complete"),
        fault("{\n \"a\":[1", 2, 8, "the text ends before '[' of line 2, column 6 is closed"),
        fault("{\"a\":1", 1, 7, "the text ends before '{' of line 1, column 1 is closed"),
        fault("-", 1, 2, "the text ends before it is complete"),
        fault("\"\\x\"", 1, 3, "'\\x' is not an escape: write \\\\ for a backslash"),
        fault("\"\\u12g4\"", 1, 6, "expected four hexadecimal digits after \\u instead of 'g'"),
        fault("\"a\tb\"", 1, 3, control()),
        fault("\"a\nb\"", 1, 3, control()),
        fault("{}}", 1, 3, "'}' closes nothing: remove it, or correct what precedes it"),
        fault("[1}", 1, 3, "'}' closes nothing: remove it, or correct what precedes it"),
        fault("// c\n{}", 1, 1, "'/' starts no value, and JSON has no comments: remove it"),
        fault("\u0001", 1, 2, "a control character: remove it"));
  }

  private static String word(String what) {
    return "'"
        + what
        + "' is not JSON: put texts in double quotes; the only other words are true, false and null";
  }

  private static String control() {
    return "a text has a line end, a tab or another control character: write it as \\n, \\t or \\u"
        + " and four digits";
  }

  private static Arguments fault(String json, int line, int column, String words) {
    return Arguments.of(
        json, "Not valid JSON at line " + line + ", column " + column + ": " + words);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatIsWrongWithJsonIsSaidWithItsPlaceAndInWordsForItsAuthor(String json, String detail) {
    assertThat(refused(json, 1)).isEqualTo(detail);
  }

  @Test
  void aLineOfManyIsCalledByItsNumber() {
    assertThat(refused("{\"a\":tru}", 7))
        .isEqualTo("Not valid JSON at line 7, column 6: " + word("tru"));
  }

  private static String refused(String json, long line) {
    return catchThrowableOfType(
            RefusedException.class, () -> PayloadCheck.checkJson(Buffer.buffer(json), line))
        .refusal()
        .detail();
  }
}
