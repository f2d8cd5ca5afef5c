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
        fault("{a:1}", 1, 2, "'a' where a name in double quotes has to be"),
        fault("{'a':1}", 1, 2, "''' where a name in double quotes has to be"),
        fault("{\"a\":1,\n}", 2, 1, "a member has to follow the ',', remove the ','"),
        fault("[1,]", 1, 4, "']' where a value has to be"),
        fault("{\"a\":}", 1, 6, "'}' where a value has to be"),
        fault("{\"a\" 1}", 1, 6, "'1' where the ':' behind a name has to be"),
        fault("{\"a\":1\n\"b\":2}", 2, 1, "'\"' where a ',' or the end has to be"),
        fault("[1 2]", 1, 4, "'2' where a ',' or the end has to be"),
        fault("{\"a\":01}", 1, 7, "a number does not begin with 0, write it without, or as a text"),
        fault("[+1]", 1, 3, "a number does not begin with '+', remove it"),
        fault("[.5]", 1, 2, "'.' where a value has to be"),
        fault("[1. ]", 1, 3, "' ' where a digit has to be"),
        fault("tru", 1, 1, word("tru")),
        fault("[NaN]", 1, 5, word("NaN")),
        fault("hello world", 1, 1, word("hello")),
        fault("<p>", 1, 1, "'<' where a value has to be"),
        fault("{\"a\":\"x", 1, 8, "the text ends before it is complete"),
        fault("{\n \"a\":[1", 2, 8, "the text ends before '[' of line 2, column 6 is closed"),
        fault("{\"a\":1", 1, 7, "the text ends before '{' of line 1, column 1 is closed"),
        fault("-", 1, 2, "the text ends before it is complete"),
        fault("\"\\x\"", 1, 3, "'\\x' is no escape, write \\\\ for a backslash"),
        fault("\"\\u12g4\"", 1, 6, "'g' where one of the four hexadecimal digits of \\u has to be"),
        fault("\"a\tb\"", 1, 3, control()),
        fault("\"a\nb\"", 1, 3, control()),
        fault("{}}", 1, 3, "'}' closes nothing that is open, remove it or mend what is before"),
        fault("[1}", 1, 3, "'}' closes nothing that is open, remove it or mend what is before"),
        fault("// c\n{}", 1, 1, "'/' begins no value, and JSON has no comments"),
        fault("\u0001", 1, 2, "a control character, remove it"));
  }

  private static String word(String what) {
    return "'"
        + what
        + "' is not JSON: a text needs double quotes, and the only words are true, false and null";
  }

  private static String control() {
    return "a text has a line end, a tab or another control character, write it as \\n, \\t or \\u"
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
