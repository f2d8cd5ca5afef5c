package dev.outpour.update;

import io.vertx.core.buffer.Buffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random values of the vocabulary. */
public final class Generators {

  private Generators() {}

  /** Any text valid in UTF-8, with many kinds of line ends. */
  public static Arbitrary<String> texts() {
    Arbitrary<Integer> awkward =
        Arbitraries.of(
            0x0D, 0x0A, 0x20, 0x3A, 0, 0x0B, 0x0C, 0x85, 0x2028, 0x2029, 0xFEFF, 0x1F30A);
    Arbitrary<Integer> any = Arbitraries.integers().between(0, Character.MAX_CODE_POINT);
    return Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.integers().between(' ', '~')),
            Tuple.of(2, awkward),
            Tuple.of(1, any.filter(Generators::hasUtf8)))
        .list()
        .ofMaxSize(40)
        .map(Generators::text);
  }

  private static boolean hasUtf8(int codePoint) {
    return codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE;
  }

  private static String text(Iterable<Integer> codePoints) {
    StringBuilder text = new StringBuilder();
    codePoints.forEach(text::appendCodePoint);
    return text.toString();
  }

  /** Names of few segments over a small alphabet, so that they often collide. */
  public static Arbitrary<Topic> topics() {
    return Arbitraries.of("a", "b", "c", "ä", "outpours")
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .map(segments -> Topic.parse(String.join("/", segments)));
  }

  /** Patterns over the same alphabet, with and without stars. */
  public static Arbitrary<TopicPattern> patterns() {
    return Arbitraries.of("a", "b", "c", "ä", "*", "**")
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(segments -> TopicPattern.parse(String.join("/", segments)));
  }

  public static Arbitrary<Interest> interests() {
    return Combinators.combine(
            patterns().list().ofMaxSize(4).map(Interest::of), patterns().set().ofMaxSize(2))
        .as((asked, within) -> new Interest(asked.topics(), asked.patterns(), within));
  }

  public static Arbitrary<Position> positions() {
    return Combinators.combine(
            Arbitraries.strings().alpha().numeric().ofMinLength(8).ofMaxLength(12),
            Arbitraries.longs().greaterOrEqual(0))
        .as(Position::new);
  }

  private static Arbitrary<String> names(int most) {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withChars("ä€ ")
        .ofMinLength(1)
        .ofMaxLength(most);
  }

  private static Arbitrary<Key> keys() {
    return Combinators.combine(names(5), names(40)).as(Key::parse);
  }

  public static Arbitrary<Draft> drafts() {
    return Combinators.combine(
            topics().list().ofMinSize(1).ofMaxSize(3),
            names(20).injectNull(0.5),
            keys().injectNull(0.5),
            Arbitraries.of(Update.Form.class),
            Arbitraries.of(true, false),
            texts().map(Buffer::buffer))
        .as(Draft::new);
  }

  public static Arbitrary<Update> updates() {
    return Combinators.combine(drafts(), positions(), Arbitraries.longs().greaterOrEqual(0))
        .as(Draft::at);
  }
}
