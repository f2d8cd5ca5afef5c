package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.TestHub;
import dev.outpour.metrics.PrometheusMetrics;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscribers that disconnect at any time: the hub forgets them without any message. */
class ReaderGoneTest {

  /** A way to disconnect. */
  private enum Way {
    CLOSE(RawStream::close),
    RESET(RawStream::reset),
    HALF(RawStream::endSending);

    private final Consumer<RawStream> go;

    Way(Consumer<RawStream> go) {
      this.go = go;
    }
  }

  private record Case(Way way, boolean directWrites) {
    JsonObject config() {
      return new JsonObject().put("http", new JsonObject().put("directWrites", directWrites));
    }
  }

  static Stream<Case> cases() {
    return Stream.of(Way.values())
        .flatMap(way -> Stream.of(new Case(way, true), new Case(way, false)));
  }

  private final List<RawStream> readers = new ArrayList<>();
  private LogLines log;

  @BeforeEach
  void listen() {
    log = LogLines.listen();
  }

  @AfterEach
  void nothingIsSaidOfIt() {
    readers.forEach(RawStream::close);
    assertThat(log.troubles()).isEmpty();
    log.close();
  }

  private static long readers(TestHub hub) {
    return PrometheusMetrics.of(hub.vertx())
        .scrape()
        .lines()
        .filter(line -> line.startsWith("outpour_readers "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  private static void awaitReaders(TestHub hub, long count) {
    Await.until(() -> readers(hub) == count, () -> readers(hub) + " readers");
  }

  private RawStream connect(TestHub hub, int room) {
    RawStream reader = new RawStream(hub.port(), room);
    readers.add(reader);
    return reader;
  }

  private void go(Case one) {
    readers.forEach(one.way().go);
  }

  /** Checks that later updates reach another subscriber. */
  private static void othersAreServed(TestHub hub) {
    try (RawStream other = new RawStream(hub.port(), 0)) {
      other.ask("?topic=t").head();
      other.take(1);
      other.takeUpTo(hub.publish("t", "1"));
    }
    awaitReaders(hub, 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whoGoesBeforeItsFirstBlockIsForgotten(Case one) {
    try (TestHub hub = TestHub.startWithoutIngest(one.config())) {
      for (int i = 0; i < 10; i++) {
        connect(hub, 0).ask("?topic=t&last=5");
      }
      awaitReaders(hub, 10);
      go(one);
      awaitReaders(hub, 0);
      hub.startIngest();
      othersAreServed(hub);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whoGoesWhileTheLogIsAwayIsForgotten(Case one) {
    try (TestHub hub = TestHub.startWithoutIngest(one.config())) {
      for (int i = 0; i < 10; i++) {
        connect(hub, 0).ask("?topic=t&last=5");
      }
      for (RawStream reader : readers) {
        assertThat(reader.head().status()).isEqualTo(200);
        reader.take(1);
      }
      go(one);
      awaitReaders(hub, 0);
      hub.startIngest();
      othersAreServed(hub);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whoGoesAsSoonAsItHasAskedIsForgotten(Case one) throws Exception {
    TestHub.run(
        one.config(),
        hub -> {
          String update =
              "POST /update HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1".repeat(3);
          for (int i = 0; i < 30; i++) {
            RawStream reader = connect(hub, 0);
            if (one.way() != Way.RESET) {
              // Vert.x logs an error if a pipelined request is reset.
              reader.send(update);
            }
            reader.ask("?topic=t");
            one.way().go.accept(reader);
          }
          othersAreServed(hub);
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whoGoesInTheMiddleIsForgottenWhateverIsPublishedThen(Case one) throws Exception {
    TestHub.run(
        one.config(),
        hub -> {
          for (int i = 0; i < 30; i++) {
            connect(hub, 0).ask("?topic=t").head();
            readers.get(i).take(1);
          }
          for (RawStream reader : readers) {
            one.way().go.accept(reader);
            hub.publish("t", "1");
          }
          othersAreServed(hub);
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whoGoesWhileItTakesNothingIsForgotten(Case one) throws Exception {
    TestHub.run(
        one.config(),
        hub -> {
          for (int i = 0; i < 5; i++) {
            connect(hub, 4_096).ask("?topic=t").head();
            readers.get(i).take(1);
          }
          String large = "\"" + "x".repeat(500_000) + "\"";
          for (int i = 0; i < 4; i++) {
            hub.publish("t", large);
          }
          go(one);
          awaitReaders(hub, 0);
          othersAreServed(hub);
        });
  }

  /** It has a second to read the last event; by then it has gone, and its socket, too. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoGoesAfterItWasToldToLeaveNothingMoreOf(boolean directWrites) throws Exception {
    TestHub.run(
        new Case(Way.CLOSE, directWrites).config(),
        hub -> {
          RawStream blocked = connect(hub, 4_096);
          blocked.ask("?topic=t").head();
          blocked.take(1);
          hub.publish("t", "\"" + "x".repeat(1_000_000) + "\"");
          hub.publish("t", "\"" + "x".repeat(1_000_000) + "\"");
          hub.stopIngest();
          hub.startIngest();
          awaitReaders(hub, 0);
          blocked.reset();
          long closed = System.nanoTime();
          Await.until("a second has passed", () -> System.nanoTime() - closed > 1_200_000_000L);
        });
  }
}
