package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory outside the heap is released exactly once, whatever happens to subscribers. */
class DirectMemoryTest {

  private static final JsonObject DIRECT = config(true);

  private final List<RawStream> readers = new ArrayList<>();
  private LeakWatch watch;
  private long before;

  @BeforeEach
  void watch() {
    before = LeakWatch.framedBytes();
    watch = LeakWatch.start();
  }

  @AfterEach
  void allIsReleased() {
    readers.forEach(RawStream::close);
    Await.until(
        () -> LeakWatch.framedBytes() <= before,
        () -> LeakWatch.framedBytes() + " bytes in use, before " + before);
    assertThat(watch.leaks()).isEmpty();
    watch.close();
  }

  private static JsonObject config(boolean directWrites) {
    return new JsonObject().put("http", new JsonObject().put("directWrites", directWrites));
  }

  private RawStream read(TestHub hub, int room, String query) {
    RawStream reader = new RawStream(hub.port(), room);
    readers.add(reader);
    reader.ask(query).head();
    reader.take(1);
    return reader;
  }

  private static String large(int bytes) {
    return "\"" + "x".repeat(bytes) + "\"";
  }

  @Test
  void whatManyGroupsWereGivenIsReleasedWhenTheHubStops() throws Exception {
    TestHub.run(
        DIRECT,
        hub -> {
          for (int i = 0; i < 40; i++) {
            read(hub, 0, "?topic=t/**&topic=own" + i % 20 + (i % 2 == 0 ? "&envelope=json" : ""));
          }
          String last = "";
          for (int i = 0; i < 40; i++) {
            last = hub.publish("t/" + i, large(i * 100));
          }
          for (RawStream reader : readers) {
            reader.takeUpTo(last);
            assertThat(reader.data()).hasSize(40);
          }
          // Some reconnect, and get pages that were encoded before or are encoded again.
          for (int i = 0; i < 10; i++) {
            assertThat(read(hub, 0, "?topic=t/**&lastEventId=earliest").takeUpTo(last).data())
                .hasSize(40);
          }
          assertThat(LeakWatch.framedBytes()).as("kept for later subscribers").isPositive();
        });
  }

  @Test
  void moreThanIsKeptIsReleasedWhileReadersGoOn() throws Exception {
    TestHub.run(
        DIRECT,
        hub -> {
          RawStream live = read(hub, 0, "?topic=t");
          long most = 0;
          for (int i = 0; i < 60; i++) {
            live.takeUpTo(hub.publish("t", large(500_000)));
            most = Math.max(most, LeakWatch.framedBytes());
          }
          assertThat(most - before)
              .as("about the size of the cache, not 30 MB")
              .isLessThan(12_000_000);
        });
  }

  @Test
  void whatABlockedReaderHadBegunIsReleasedHoweverItGoes() throws Exception {
    TestHub.run(
        DIRECT,
        hub -> {
          for (int size : new int[] {20_000, 60_000, 300_000, 1_000_000}) {
            for (int i = 0; i < 4; i++) {
              read(hub, 4_096, "?topic=t" + size);
            }
            for (int i = 0; i < 2 + 400_000 / size; i++) {
              hub.publish("t" + size, large(size));
            }
          }
          for (int i = 0; i < readers.size(); i++) {
            RawStream reader = readers.get(i);
            switch (i % 4) {
              case 0 -> reader.reset();
              case 1 -> reader.close();
              case 2 -> reader.endSending();
              default -> reader.take(1_000);
            }
          }
          hub.publish("t300000", large(1));
        });
  }

  /** Each run replaces the log: deliveries are interrupted, and all subscribers disconnected. */
  @Test
  void sweepsThatAreCutOffLetGoOfWhatTheyHeld() throws Exception {
    TestHub.run(
        DIRECT,
        hub -> {
          for (int round = 0; round < 4; round++) {
            List<RawStream> blocked = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
              blocked.add(read(hub, i % 3 == 0 ? 4_096 : 0, "?topic=t/**&topic=own" + i));
            }
            var published = new ArrayList<CompletableFuture<?>>();
            for (int i = 0; i < 5; i++) {
              var request = hub.request("topic=t/a", "text/plain", new byte[200_000]);
              published.add(TestHub.client().sendAsync(request, BodyHandlers.discarding()));
            }
            published.get(0).join();
            hub.stopIngest();
            hub.startIngest();
            published.forEach(CompletableFuture::join);
            blocked.forEach(RawStream::close);
          }
          try (SseClient reader = hub.read("topic=t/a")) {
            reader.awaitLastId(hub.publish("t/a", "1"));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsSentAfterTheRequestForAStreamIsReleased(boolean directWrites) throws Exception {
    TestHub.run(
        config(directWrites),
        hub -> {
          // One is started in the turn in which it is read, the other one later.
          String stream = "GET /events?topic=t HTTP/1.1\r\nHost: localhost\r\n\r\n";
          String resumed = stream.replace("=t ", "=t&last=1 ");
          String update =
              "POST /update HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
                  + "1".repeat(5_000);
          String half = "GET /half HTTP/1.1\r\nHost: loc";
          for (String sent :
              List.of(
                  stream + update,
                  stream + update + update + half,
                  update + stream + update,
                  resumed + update,
                  resumed + update + update + half,
                  update + resumed + update)) {
            for (int i = 0; i < 10; i++) {
              RawStream reader = new RawStream(hub.port(), 0);
              readers.add(reader);
              reader.send(sent);
              if (sent.startsWith("POST")) {
                reader.answer();
              }
              reader.head();
              reader.take(1);
              reader.send("x".repeat(100_000));
              reader.takeUpTo(hub.publish("t", "1"));
            }
          }
        });
  }
}
