package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.TestHub;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Subscribers with small buffers that read pieces of any size, while events of all sizes are
 * published: wherever the kernel ends a write, inside an event, inside a chunk size or between
 * chunks, they get every byte once and in order.
 */
class SlowSocketTest {

  private static final int[] SIZES = {10, 10, 10, 300, 10_000, 10_000, 100_000, 1_000_000};
  private static final int[] ROOM = {4_096, 4_096, 20_000, 65_536, 0};
  private static final int UPDATES = 60;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readersWhoTakeLittleGetEveryByteOnceAndInOrder(boolean directWrites) throws Exception {
    long seed = new Random().nextLong();
    TestHub.run(
        new JsonObject()
            .put(
                "http",
                new JsonObject().put("directWrites", directWrites).put("pageCacheMegabytes", 8)),
        hub -> {
          try {
            new Run(hub, new Random(seed)).go();
          } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("With the seed " + seed, e);
          }
        });
  }

  private static final class Run {
    private final TestHub hub;
    private final Random random;
    private final List<String> published = new ArrayList<>();
    private final List<RawStream> readers = new ArrayList<>();

    Run(TestHub hub, Random random) {
      this.hub = hub;
      this.random = random;
    }

    void go() {
      try {
        for (int room : ROOM) {
          RawStream reader = new RawStream(hub.port(), room);
          readers.add(reader);
          reader.ask("?topic=t").head();
          reader.take(1);
        }
        while (published.size() < UPDATES) {
          publish(1 + random.nextInt(5));
          readers.forEach(this::takeSome);
        }
        String last = hub.post("topic=t", "text/plain", "last").body();
        published.add("last");
        for (RawStream reader : readers) {
          reader.takeUpTo(new JsonObject(last).getString("id"));
          assertThat(reader.data().equals(published)).as("the events of a reader").isTrue();
          assertThat(reader.words()).isEmpty();
        }
      } finally {
        readers.forEach(RawStream::close);
      }
    }

    /** Several make a page, which is written in parts. */
    private void publish(int updates) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < updates; i++) {
        String data = data(SIZES[random.nextInt(SIZES.length)]);
        published.add(data);
        lines.append(data).append('\n');
      }
      assertThat(hub.post("topic=t", "application/x-ndjson", lines).statusCode()).isEqualTo(200);
    }

    private String data(int size) {
      StringBuilder data = new StringBuilder(size).append('"').append(published.size()).append(' ');
      while (data.length() < size - 1) {
        data.append((char) ('a' + random.nextInt(26)));
      }
      return data.append('"').toString();
    }

    /** There is always something to read: at least the last update. */
    private void takeSome(RawStream reader) {
      if (random.nextBoolean()) {
        reader.take(1 + random.nextInt(random.nextBoolean() ? 100 : 100_000));
      }
    }
  }
}
