package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharesTest {

  private static final long MOST_BYTES = 5L << 20;

  private final TopicIndex index = new TopicIndex();
  private final Shares shares = new Shares(index);

  private EventStream reader(String... patterns) {
    Group group =
        new Group(
            new Group.Want(Samples.interest(patterns), EventFormat.Form.PLAIN, Framing.PLAIN));
    index.add(group);
    return new EventStream(group, new Start.Now(), new RecordingWriter());
  }

  private List<EventStream> serve() {
    List<EventStream> served = new ArrayList<>();
    while (shares.isAsked()) {
      shares.run(new Budget(), (reader, why) -> fail(why));
      for (var found = shares.next(); found != null; found = shares.next()) {
        assertThat(shares.known(found.stream().group, found.page())).isNotNull();
        served.add(found.stream());
      }
    }
    return served;
  }

  /** As lists of updates this was 200 MB. */
  @Test
  void whatIsKnownOfManyPagesForManyGroupsHasABoundInBytes() {
    List<EventStream> readers =
        IntStream.range(0, 3_000).mapToObj(i -> reader("t", "own/" + i + "/*")).toList();
    for (int i = 0; i < 16; i++) {
      Page page = Samples.page(i * 1_024L, (i + 1) * 1_024L);
      readers.forEach(reader -> shares.ask(reader, page));
      assertThat(serve()).hasSameSizeAs(readers);
      assertThat(shares.weight()).isBetween(1L, MOST_BYTES);
    }
  }

  /** It is read anew where pages were let go of, and its first updates have been removed. */
  @Test
  void pageThatHasLostItsFirstUpdatesIsAnother() {
    Page whole = Samples.page(0, 10);
    Page rest = new Page(whole.lineage(), 4, 0, 10, whole.updates().subList(3, 10));
    EventStream reader = reader("t");
    shares.ask(reader, whole);
    serve();
    assertThat(shares.of(reader.group, rest).of(rest)).isEqualTo(rest.updates());
    shares.ask(reader, rest);
    serve();
    assertThat(shares.of(reader.group, rest).of(rest)).isEqualTo(rest.updates());
    assertThat(shares.of(reader.group, whole).of(whole)).isEqualTo(whole.updates());
  }

  @Test
  void nothingIsKeptOfAGroupThatHasGone() {
    Page page = Samples.page(0, 1_024);
    for (int i = 0; i < 100; i++) {
      EventStream reader = reader("t");
      shares.ask(reader, page);
      serve();
      assertThat(shares.weight()).isPositive();
      index.remove(reader.group);
      shares.forget(reader.group);
      assertThat(shares.weight()).isZero();
    }
  }

  @Test
  void onePageThatTakesLongDoesNotHoldUpTheOthers() {
    reader("**");
    Page large = Samples.page(0, 1_024);
    List<EventStream> many =
        IntStream.range(0, 20_000).mapToObj(i -> reader("*/" + i + "/**", "t/" + i)).toList();
    many.subList(0, 4_000).forEach(reader -> shares.ask(reader, large));
    EventStream other = reader("t");
    shares.ask(other, Samples.page(2_000, 2_001));
    List<EventStream> served = serve();
    assertThat(served).hasSize(4_001).startsWith(other);
  }
}
