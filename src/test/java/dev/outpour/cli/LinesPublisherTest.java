package dev.outpour.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outpour.Await;
import dev.outpour.SseClient;
import dev.outpour.TestHub;
import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.HubAddress;
import dev.outpour.cli.hub.HubClient;
import dev.outpour.cli.terminal.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines that arrive slowly, while the connection breaks or is idle for long. */
class LinesPublisherTest {
  private static final Duration LONG_KEEP_ALIVE = Duration.ofHours(1);
  private static final Duration SHORT_KEEP_ALIVE = Duration.ofMillis(50);

  private TestHub hub;
  private Relay relay;
  private SseClient subscriber;

  @BeforeEach
  void start() {
    hub = TestHub.start();
    relay = new Relay(hub.port());
    subscriber = hub.read("topic=a");
  }

  @AfterEach
  void stop() {
    subscriber.close();
    relay.close();
    hub.close();
  }

  /** A running command that publishes the lines written to it. */
  private final class Publishing implements AutoCloseable {
    private final OutputStream lines;
    private final CompletableFuture<Integer> code;

    Publishing(String key, Duration keepAlive) throws IOException {
      PipedOutputStream pipe = new PipedOutputStream();
      PipedInputStream input = new PipedInputStream(pipe);
      lines = pipe;
      code =
          CompletableFuture.supplyAsync(
              () -> {
                HubAddress address = HubAddress.of(relay.url(), null, null);
                try (HubClient client = new HubClient(address)) {
                  return new LinesPublisher(
                          client,
                          "/update?topic=a" + (key.isEmpty() ? "" : "&key=" + key),
                          !key.isEmpty(),
                          Await.LONG,
                          keepAlive,
                          Progress.of(true))
                      .run(input);
                }
              },
              task -> new Thread(task, "publishing").start());
    }

    void write(String text) throws IOException {
      lines.write(text.getBytes(StandardCharsets.UTF_8));
      lines.flush();
    }

    int end() throws Exception {
      lines.close();
      return code.get(Await.LONG.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  @Test
  void linesWithAKeyResumeAfterABrokenConnection() throws Exception {
    try (Publishing publishing = new Publishing("k", LONG_KEEP_ALIVE)) {
      publishing.write("1\n2\n\n3\n");
      subscriber.awaitEvents(3);
      relay.cut();
      publishing.write("4\n5");
      assertThat(publishing.end()).isZero();
    }
    subscriber.awaitEvents(5);
    assertThat(subscriber.data()).containsExactly("1", "2", "3", "4", "5");
    assertNothingNewIsStored("1\n2\n\n3\n4\n5\n");
  }

  @Test
  void lineKeepsItsKeyAcrossRequests() throws Exception {
    try (Publishing publishing = new Publishing("k", SHORT_KEEP_ALIVE)) {
      publishing.write("1\n2\n");
      Await.until("the first two are confirmed", () -> relay.ends() == 1);
      publishing.write("3\n");
      Await.until("the third is confirmed", () -> relay.ends() == 2);
      publishing.write("4\n");
      assertThat(publishing.end()).isZero();
    }
    subscriber.awaitEvents(4);
    assertThat(subscriber.data()).containsExactly("1", "2", "3", "4");
    assertNothingNewIsStored("1\n2\n3\n4\n");
  }

  private void assertNothingNewIsStored(String lines) throws Exception {
    List<String> before = subscriber.data();
    try (Publishing again = new Publishing("k", LONG_KEEP_ALIVE)) {
      again.write(lines);
      assertThat(again.end()).isZero();
    }
    hub.publish("a", "\"next\"");
    subscriber.awaitEvents(before.size() + 1);
    assertThat(subscriber.data())
        .hasSize(before.size() + 1)
        .startsWith(before.toArray(String[]::new));
  }

  @Test
  void blankLinesKeepTheRequestOpenAndDoNotShiftLineNumbers() throws Exception {
    try (Publishing publishing = new Publishing("", SHORT_KEEP_ALIVE)) {
      publishing.write("1\n");
      subscriber.awaitEvents(1);
      long sent = relay.bytesToHub();
      Await.until("blank lines", () -> relay.bytesToHub() > sent + 2 * "1\r\n\n\r\n".length());
      publishing.write("2\nthree\n");

      assertThatThrownBy(publishing::end)
          .hasRootCauseInstanceOf(CommandException.class)
          .rootCause()
          .hasMessageStartingWith("Line 3: ")
          .hasMessageContaining("; 2 stored, ");
    }
    assertThat(relay.connections()).isEqualTo(1);
  }

  @Test
  void linesWithoutAKeyAreNotSentTwice() throws Exception {
    try (Publishing publishing = new Publishing("", LONG_KEEP_ALIVE)) {
      publishing.write("1\n");
      subscriber.awaitEvents(1);
      relay.cut();
      publishing.write("2\n");

      assertThatThrownBy(publishing::end)
          .hasRootCauseInstanceOf(CommandException.class)
          .rootCause()
          .hasMessageContaining("Lines with --key can be sent again");
    }
  }
}
