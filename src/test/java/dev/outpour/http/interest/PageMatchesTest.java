package dev.outpour.http.interest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.http.delivery.RecordingWriter;
import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.loop.TurnBudget;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Page;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageMatchesTest {

  private static final long MOST_BYTES = 5L << 20;

  private final TopicIndex<InterestGroup> index = new TopicIndex<>();
  private final PageMatches<InterestGroup, Subscriber> shares = new PageMatches<>(index);

  private Subscriber reader(String... patterns) {
    InterestGroup group =
        new InterestGroup(
            new InterestGroup.Want(
                Samples.interest(patterns), EventEncoder.Form.PLAIN, TransferCoding.PLAIN));
    index.add(group);
    return new Subscriber(group, new Start.Now(), new RecordingWriter());
  }

  private List<Subscriber> serve() {
    List<Subscriber> served = new ArrayList<>();
    while (shares.isAsked()) {
      shares.run(new TurnBudget(), (reader, why) -> fail(why));
      for (var found = shares.next(); found != null; found = shares.next()) {
        assertThat(shares.known(found.who().group(), found.page())).isNotNull();
        served.add(found.who());
      }
    }
    return served;
  }

  /** As lists of updates this was 200 MB. */
  @Test
  void whatIsKnownOfManyPagesForManyGroupsHasABoundInBytes() {
    List<Subscriber> readers =
        IntStream.range(0, 3_000).mapToObj(i -> reader("t", "own/" + i + "/*")).toList();
    for (int i = 0; i < 16; i++) {
      Page page = Samples.page(i * 1_024L, (i + 1) * 1_024L);
      readers.forEach(reader -> shares.ask(reader, reader.group(), page));
      assertThat(serve()).hasSameSizeAs(readers);
      assertThat(shares.weight()).isBetween(1L, MOST_BYTES);
    }
  }

  /** It is read anew where pages were let go of, and its first updates have been removed. */
  @Test
  void pageThatHasLostItsFirstUpdatesIsAnother() {
    Page whole = Samples.page(0, 10);
    Page rest = new Page(whole.lineage(), 4, 0, 10, whole.updates().subList(3, 10));
    Subscriber reader = reader("t");
    shares.ask(reader, reader.group(), whole);
    serve();
    assertThat(shares.of(reader.group(), rest).of(rest)).isEqualTo(rest.updates());
    shares.ask(reader, reader.group(), rest);
    serve();
    assertThat(shares.of(reader.group(), rest).of(rest)).isEqualTo(rest.updates());
    assertThat(shares.of(reader.group(), whole).of(whole)).isEqualTo(whole.updates());
  }

  @Test
  void nothingIsKeptOfAGroupThatHasGone() {
    Page page = Samples.page(0, 1_024);
    for (int i = 0; i < 100; i++) {
      Subscriber reader = reader("t");
      shares.ask(reader, reader.group(), page);
      serve();
      assertThat(shares.weight()).isPositive();
      index.remove(reader.group());
      shares.forget(reader.group());
      assertThat(shares.weight()).isZero();
    }
  }

  @Test
  void onePageThatTakesLongDoesNotHoldUpTheOthers() {
    reader("**");
    Page large = Samples.page(0, 1_024);
    List<Subscriber> many =
        IntStream.range(0, 20_000).mapToObj(i -> reader("*/" + i + "/**", "t/" + i)).toList();
    many.subList(0, 4_000).forEach(reader -> shares.ask(reader, reader.group(), large));
    Subscriber other = reader("t");
    shares.ask(other, other.group(), Samples.page(2_000, 2_001));
    List<Subscriber> served = serve();
    assertThat(served).hasSize(4_001).startsWith(other);
  }
}
