package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The test kit itself: it passes results on, and detects errors. */
class TestHubTest {

  @Test
  void readerGetsWhatIsPublished() throws Exception {
    TestHub.run(
        new JsonObject(),
        hub -> {
          try (SseClient reader = hub.read("topic=a")) {
            String id = hub.publish("a", "{\"n\":1}");
            assertThat(reader.awaitEvents(1))
                .containsExactly(new SseParser.Event(id, "message", "{\"n\":1}"));
            reader.awaitLastId(id);
          }
        });
  }
}
