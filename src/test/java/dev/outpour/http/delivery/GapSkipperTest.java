package dev.outpour.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.SseParser.Block;
import dev.outpour.SseParser.Event;
import dev.outpour.bus.LogMessage;
import dev.outpour.update.Position;
import dev.outpour.update.Start;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How readers come over the parts of the log that have nothing for them. */
class GapSkipperTest {

  private SubscribersRig rig = new SubscribersRig();

  @AfterEach
  void stop() {
    rig.close();
  }

  /** A log of thousands of updates in which a few topics have one here and there. */
  private void publishLoud(int thousands) {
    for (int i = 0; i < thousands; i++) {
      rig.publishNumbers("loud", 1, 1_000);
    }
  }

  private Position publishQuietAmidLoud() {
    Position zero = rig.publish("0", "quiet");
    publishLoud(20);
    rig.publish("1", "quiet");
    publishLoud(20);
    rig.publish("2", "other", "quiet");
    publishLoud(10);
    rig.holdFewPages();
    rig.grown();
    return zero;
  }

  private static long reads(Queue<LogMessage> questions) {
    return questions.stream().filter(LogMessage.ReadAfter.class::isInstance).count();
  }

  private static long seeks(Queue<LogMessage> questions) {
    return questions.stream().filter(LogMessage.Seek.class::isInstance).count();
  }

  private static List<String> data(SubscribersRig.Reader reader) {
    return reader.socket().events().stream().map(Event::data).toList();
  }

  @Test
  void readerOfAQuietTopicReadsOnlyThePagesThatHaveSomethingForIt() {
    Position zero = publishQuietAmidLoud();
    Queue<LogMessage> questions = rig.questions();
    SubscribersRig.Reader reader = rig.enter(new Start.After(zero), "quiet");
    rig.awaitLive(reader);
    assertThat(data(reader)).containsExactly("1", "2");
    assertThat(reads(questions)).isLessThanOrEqualTo(4);
    assertThat(seeks(questions)).isLessThanOrEqualTo(5);

    rig.publish("3", "quiet");
    rig.grown();
    assertThat(data(reader)).containsExactly("1", "2", "3");
    assertThat(reader.socket().words())
        .singleElement()
        .satisfies(word -> assertThat(word.name()).isEqualTo("outpour.resumed"));
  }

  @Test
  void idOfAReaderIsNeverBeyondWhatItWasGiven() {
    Position zero = publishQuietAmidLoud();
    SubscribersRig.Reader reader = rig.enter(new Start.After(zero), "quiet");
    rig.on(reader.socket()::clog);
    rig.on(reader.socket()::drain);
    rig.heartbeat();
    rig.awaitLive(reader);
    rig.heartbeat();
    long given = 0;
    for (Block block : reader.socket().blocks()) {
      if (block.id() == null) {
        continue;
      }
      long id = Position.parse(block.id()).orElseThrow().sequence();
      assertThat(id).isGreaterThanOrEqualTo(given);
      given = id;
    }
    assertThat(given).isEqualTo(50_003);
    assertThat(data(reader)).containsExactly("1", "2");
  }

  @Test
  void thousandsWithTheSameInterestAskTogether() {
    Position zero = publishQuietAmidLoud();
    String epoch = zero.epoch();
    Queue<LogMessage> questions = rig.questions();
    List<Start.After> starts =
        IntStream.range(0, 2_000)
            .mapToObj(i -> new Start.After(new Position(epoch, 1 + i * 20L)))
            .toList();
    List<SubscribersRig.Reader> readers = rig.enterAtOnce(starts, "quiet");
    readers.forEach(rig::awaitLive);
    for (int i = 0; i < readers.size(); i++) {
      long cursor = 1 + i * 20L;
      List<String> wanted = new ArrayList<>(List.of("1", "2"));
      wanted.removeIf(each -> cursor >= (each.equals("1") ? 20_002 : 40_003));
      assertThat(data(readers.get(i))).as("reader %d", i).isEqualTo(wanted);
    }
    assertThat(seeks(questions)).isLessThanOrEqualTo(30);
    assertThat(reads(questions)).isLessThanOrEqualTo(30);
  }

  @Test
  void readersOfSeveralQuietTopicsGetEachUpdateOnce() {
    Position zero = publishQuietAmidLoud();
    SubscribersRig.Reader reader = rig.enter(new Start.After(zero), "quiet", "other", "none");
    rig.awaitLive(reader);
    assertThat(data(reader)).containsExactly("1", "2");
  }

  @Test
  void readerOfATopicThatIsOnEveryPageIsNotHeldUpByAsking() {
    Position zero = publishQuietAmidLoud();
    Queue<LogMessage> questions = rig.questions();
    SubscribersRig.Reader reader = rig.enter(new Start.After(zero), "loud");
    rig.awaitLive(reader);
    assertThat(data(reader)).hasSize(50_000);
    assertThat(seeks(questions)).isLessThanOrEqualTo(2);
  }

  @Test
  void readerOfARarePatternReadsOnlyThePagesThatHaveSomethingForIt() {
    Position zero = publishQuietAmidLoud();
    Queue<LogMessage> questions = rig.questions();
    SubscribersRig.Reader reader = rig.enter(new Start.After(zero), "quiet/**");
    rig.awaitLive(reader);
    assertThat(data(reader)).containsExactly("1", "2");
    assertThat(reads(questions)).isLessThanOrEqualTo(4);
    assertThat(seeks(questions)).isLessThanOrEqualTo(5);
  }

  @Test
  void readerOfAPatternOfManyTopicsSeldomAsks() {
    for (int i = 0; i < 300; i++) {
      rig.publish("named", "many/" + i);
    }
    Position zero = publishQuietAmidLoud();
    for (int i = 0; i < 300; i++) {
      rig.publish(String.valueOf(i), "many/" + i);
    }
    rig.grown();
    Queue<LogMessage> questions = rig.questions();
    SubscribersRig.Reader reader = rig.enter(new Start.After(zero), "many/*");
    rig.awaitLive(reader);
    assertThat(data(reader)).hasSize(300).startsWith("0", "1").endsWith("299");
    assertThat(seeks(questions)).isBetween(1L, 7L);
  }

  @Test
  void whatHasExpiredOnTheWayIsTold() {
    rig.close();
    rig = new SubscribersRig(new JsonObject().put("keepUpdates", 10_000));
    SubscribersRig.Reader reader = rig.enter(new Start.Now(), "quiet");
    rig.on(reader.socket()::clogByAnEvent);
    Position last = rig.publish("1", "quiet");
    rig.grown();
    publishMuchAmid("2", "3");
    rig.on(reader.socket()::drain);
    rig.awaitLive(reader);
    assertThat(data(reader)).containsExactly("1", "3");
    assertThat(reader.socket().words())
        .singleElement()
        .satisfies(word -> assertThat(word.name()).isEqualTo("outpour.truncated"))
        .satisfies(word -> assertThat(word.data()).contains(last + "\"", "\"expired\""));
  }

  /** So much that the first of the two expires. */
  private void publishMuchAmid(String first, String second) {
    rig.publish(first, "quiet");
    publishLoud(20);
    rig.publish(second, "quiet");
    publishLoud(5);
    rig.holdFewPages();
    rig.grown();
  }

  @Test
  void connectionEndsInAnUpdateWhoseRestHasExpired() {
    rig.close();
    rig = new SubscribersRig(new JsonObject().put("keepUpdates", 10_000));
    SubscribersRig.Reader reader = rig.enter(new Start.Now(), "quiet");
    rig.on(reader.socket()::clog);
    rig.publish("1", "quiet");
    rig.grown();
    publishMuchAmid("2", "3");
    rig.on(reader.socket()::drain);
    Await.until(() -> rig.on(reader.socket()::isReset), () -> reader.socket().blocks());
    assertThat(data(reader)).isEmpty();

    SubscribersRig.Reader again = rig.comeBack(reader.socket().lastEventId(), "quiet");
    rig.awaitLive(again);
    assertThat(data(again)).containsExactly("3");
    assertThat(again.socket().words()).extracting(Event::name).containsExactly("outpour.truncated");
  }

  @Test
  void whoIsBehindAndHasLostNothingOfItsOwnIsToldNothing() {
    rig.close();
    rig = new SubscribersRig(new JsonObject().put("keepUpdates", 10_000));
    SubscribersRig.Reader reader = rig.enter(new Start.Now(), "quiet");
    SubscribersRig.Reader ofPattern = rig.enter(new Start.Now(), "quiet/**");
    SubscribersRig.Reader loser = rig.enter(new Start.Now(), "quiet", "lost");
    for (SubscribersRig.Reader each : List.of(reader, ofPattern, loser)) {
      rig.on(each.socket()::clogByAnEvent);
    }
    rig.publish("1", "quiet");
    rig.grown();
    rig.publish("gone", "lost");
    publishLoud(20);
    rig.publish("2", "quiet");
    publishLoud(5);
    rig.holdFewPages();
    rig.grown();
    Queue<LogMessage> questions = rig.questions();
    for (SubscribersRig.Reader each : List.of(reader, ofPattern, loser)) {
      rig.on(each.socket()::drain);
      rig.awaitLive(each);
      assertThat(data(each)).containsExactly("1", "2");
    }
    assertThat(reader.socket().words()).isEmpty();
    assertThat(ofPattern.socket().words())
        .extracting(Event::name)
        .containsExactly("outpour.truncated");
    assertThat(loser.socket().words()).extracting(Event::name).containsExactly("outpour.truncated");
    assertThat(seeks(questions)).isLessThanOrEqualTo(12);
  }

  @Test
  void manyWhoComeBackToAQuietTopicAreToldAsTheyAre() {
    rig.close();
    rig = new SubscribersRig(new JsonObject().put("keepUpdates", 10_000));
    rig.publishNumbers("loud", 1, 1_000);
    rig.publish("gone", "quiet");
    publishLoud(20);
    Position last = rig.publish("1", "quiet");
    publishLoud(5);
    rig.holdFewPages();
    rig.grown();
    List<Start.After> starts =
        IntStream.range(0, 1_000)
            .mapToObj(i -> new Start.After(new Position(last.epoch(), 501 + i)))
            .toList();
    Queue<LogMessage> questions = rig.questions();
    List<SubscribersRig.Reader> readers = rig.enterAtOnce(starts, "quiet");
    readers.forEach(rig::awaitLive);
    for (int i = 0; i < readers.size(); i++) {
      SubscribersRig.Reader reader = readers.get(i);
      assertThat(data(reader)).as("reader %d", i).containsExactly("1");
      assertThat(reader.socket().words())
          .as("reader %d", i)
          .extracting(Event::name)
          .containsExactly(501 + i < 1_001 ? "outpour.truncated" : "outpour.resumed");
    }
    assertThat(seeks(questions)).isLessThanOrEqualTo(30);
  }
}
