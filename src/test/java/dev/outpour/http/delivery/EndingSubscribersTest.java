package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.SseParser;
import dev.outpour.SseParser.Event;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the streams of one event loop end with their topics, whatever their sockets take. */
class EndingSubscribersTest {

  private SubscribersRig rig;

  @BeforeEach
  void start() {
    rig = new SubscribersRig();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private void awaitEnd(SubscribersRig.Reader reader) {
    Await.until(
        () -> rig.on(() -> reader.socket().isEnded()),
        () -> reader.stream().state + " " + reader.socket().blocks());
    assertThat(rig.on(() -> reader.stream().state)).isEqualTo(Subscriber.State.CLOSED);
  }

  private static List<String> names(SubscribersRig.Reader reader) {
    return reader.socket().words().stream().map(Event::name).toList();
  }

  @Test
  void streamWhoseSocketIsFullEndsWhenAllOfItIsTaken() {
    SubscribersRig.Reader slow = rig.enter(new Start.Now(), "t");
    SubscribersRig.Reader quick = rig.enter(new Start.Now(), "t");
    SubscribersRig.Reader full = rig.enter(new Start.Now(), "t");
    rig.on(slow.socket()::clog);
    rig.publish("1", "t");
    rig.grown();
    rig.on(full.socket()::clog);
    rig.publishLast("2", "t");
    rig.grown();

    awaitEnd(quick);
    assertThat(slow.socket().isEnded()).isFalse();
    assertThat(full.socket().isEnded()).isFalse();
    for (SubscribersRig.Reader each : List.of(slow, full)) {
      rig.on(each.socket()::drain);
      awaitEnd(each);
      assertThat(each.socket().events()).isEqualTo(quick.socket().events()).hasSize(2);
      assertThat(names(each)).containsExactly("outpour.ended");
    }
  }

  @Test
  void streamEndsBehindTheHeadWithoutGoingThere() {
    Position start = rig.publishNumbers("t", 1, 1);
    rig.publishLast("2", "t");
    rig.publishNumbers("other", 1, 3_000);
    rig.grown();

    SubscribersRig.Reader reader = rig.enter(new Start.After(start), "t");
    awaitEnd(reader);
    assertThat(reader.socket().lastEventId()).endsWith("-2");
  }

  @Test
  void longReplayIsWholeBeforeItEnds() {
    SubscribersRig.Reader first = rig.enter(new Start.Now(), "t");
    String zero = first.socket().lastEventId();
    for (int i = 1; i < 300; i++) {
      rig.publish("\"" + i + "x".repeat(1_000) + "\"", "t");
    }
    rig.publishLast("300", "t");
    rig.grown();
    SubscribersRig.Reader reader = rig.comeBack(zero, "t");
    for (SubscribersRig.Reader each : List.of(reader, first)) {
      awaitEnd(each);
      assertThat(each.socket().events()).hasSize(300);
    }
  }

  @Test
  void readerFromAFasterLoopIsSentAwayFromASlowerOneThatHasNotSeenTheEnd() {
    rig.publishNumbers("t", 1, 3);
    rig.grown();
    SubscribersRig.Reader live = rig.enter(new Start.Now(), "t");
    Position end = rig.publishLast("4", "t");

    SubscribersRig.Reader back = rig.enter(new Start.After(end), "t");
    awaitEnd(back);
    assertThat(back.socket().isDeclined()).isTrue();
    assertThat(live.socket().isEnded()).isFalse();
    rig.grown();
    awaitEnd(live);
    assertThat(live.socket().events()).hasSize(1);
  }

  @Test
  void loopThatWasHeldUpForLongEndsItsStreamsAllTheSame() {
    SubscribersRig.Reader reader = rig.enter(new Start.Now(), "t");
    rig.publish("1", "t");
    rig.publishLast("2", "t");
    rig.dropPages();
    rig.publishNumbers("other", 1, 10);
    rig.grown();
    awaitEnd(reader);
    assertThat(reader.socket().events()).hasSize(2);
  }

  @Test
  void topicThatIsUsedAgainAfterItsEndHasExpiredKeepsItsReaders() {
    try (SubscribersRig few = new SubscribersRig(new JsonObject().put("keepUpdates", 2))) {
      SubscribersRig.Reader reader = few.enter(new Start.Now(), "t", "u");
      few.publishLast("1", "t");
      few.publishNumbers("other", 1, 3);
      few.grown();
      few.publish("2", "t");
      few.grown();
      few.publishLast("3", "u");
      few.grown();
      few.awaitLive(reader);
      few.publishLast("4", "t");
      few.grown();
      Await.until("the stream has ended", () -> few.on(() -> reader.socket().isEnded()));
      assertThat(reader.socket().events()).hasSize(4);
    }
  }

  @Test
  void streamThatIsCutAtAnyByteIsGoneOnWithToItsEnd() {
    Position from = rig.publish("1", "t");
    rig.publish("2", "t");
    rig.publishLast("3", "t", "u");
    rig.publish("4", "other");
    rig.grown();
    SubscribersRig.Reader whole = rig.enter(new Start.After(from), "t");
    awaitEnd(whole);
    byte[] bytes = whole.socket().bytes();
    List<Event> all = whole.socket().events();
    assertThat(all).hasSize(2);

    for (int cut = 0; cut <= bytes.length; cut++) {
      SseParser before = SseParser.parse(Arrays.copyOf(bytes, cut));
      String id = before.lastEventId().isEmpty() ? from.toString() : before.lastEventId();
      SubscribersRig.Reader after = rig.comeBack(id, "t");
      awaitEnd(after);
      List<Event> chain =
          Stream.concat(before.events().stream(), after.socket().events().stream())
              .filter(event -> !event.isWord())
              .toList();
      assertThat(chain).as("cut at %d, back with %s", cut, id).isEqualTo(all);
      boolean told = names(after).contains("outpour.ended");
      assertThat(told).as("cut at %d", cut).isNotEqualTo(after.socket().isDeclined());
    }
  }
}
