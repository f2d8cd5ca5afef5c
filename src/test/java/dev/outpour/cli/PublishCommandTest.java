package dev.outpour.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.SseClient;
import dev.outpour.TestCertificate;
import dev.outpour.TestHub;
import dev.outpour.auth.Tokens;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishCommandTest {
  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private CommandRun publish(String... args) {
    return lines("", args);
  }

  private CommandRun lines(String input, String... args) {
    return to(hub.url(), input, args);
  }

  private static CommandRun to(String url, String input, String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "publish";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--url";
    all[args.length + 2] = url;
    return CommandRun.of(new JsonObject(), input, all);
  }

  /** The hub in this process may have logged lines before it. */
  private static String lastLine(CommandRun run) {
    return run.output().lines().reduce("", (before, line) -> line);
  }

  private List<String> stored(int count) {
    try (SseClient subscriber = hub.read("topic=**&lastEventId=earliest")) {
      return subscriber.awaitEvents(count).stream()
          .map(event -> event.id() + " " + event.name() + " " + event.data())
          .toList();
    }
  }

  @Test
  void updateIsStoredAndItsIdPrinted() {
    CommandRun run = publish("orders/42", "{\"state\": \"shipped\"}", "--event", "shipped");

    assertThat(run.code()).as(run.errors()).isZero();
    assertThat(run.errors()).isEmpty();
    assertThat(stored(1)).containsExactly(lastLine(run) + " shipped {\"state\": \"shipped\"}");
  }

  @Test
  void updatesWithTheSameKeyAreStoredOnce() {
    String first = lastLine(publish("a", "1", "--key", "k"));

    assertThat(lastLine(publish("a", "1", "--key", "k"))).isEqualTo(first);
    assertThat(lastLine(publish("a", "1"))).isNotEqualTo(first);
    assertThat(publish("a", "2", "--key", "k").errors()).contains("key");
  }

  @Test
  void textIsSentUnchangedAndInvalidJsonHasAHint() {
    assertThat(publish("a", "Coffee is ready", "--text").code()).isZero();

    CommandRun run = publish("a", "Coffee is ready");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errors()).endsWith(" (--text sends data that is not JSON)\n");
  }

  @Test
  void dataThatBeginsWithAnAtSignIsNotAFile() {
    CommandRun run = publish("a", "@/etc/hostname", "--text");

    assertThat(run.code()).as(run.errors()).isZero();
    assertThat(stored(1)).singleElement().asString().endsWith(" message @/etc/hostname");
  }

  @Test
  void lastUpdateEndsItsTopic() {
    assertThat(publish("a", "1", "--end").code()).isZero();
    assertThat(publish("a", "2").errors()).contains("ended");
  }

  /** The hub has stored the update, but the client does not know, and sends it again. */
  @Test
  void updateWithALostAnswerIsSentAgainAndStoredOnce() {
    try (Relay relay = new Relay(hub.port())) {
      relay.cutAnswers(2);

      CommandRun run = to(relay.url(), "", "a", "1");

      assertThat(run.code()).as(run.errors()).isZero();
      assertThat(relay.connections()).isEqualTo(3);
      assertThat(run.errors().lines()).hasSize(2).allMatch(line -> line.endsWith("; retrying"));
      String next = lastLine(publish("a", "2"));
      assertThat(stored(2)).containsExactly(lastLine(run) + " message 1", next + " message 2");
    }
  }

  /** A machine that hangs: it accepts the connection and never answers. */
  @Test
  void hangingHubIsReportedWithTheKeyToRetry() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "http://localhost:" + mute.getLocalPort();

      CommandRun run = to(url, "", "a", "1", "--key", "k", "--timeout", "1", "--quiet");

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.errors())
          .isEqualTo(
              "The hub does not answer; gave up after 1 s. The update may be stored: send it again"
                  + " with --key k, and it is stored once\n");
    }
  }

  @Test
  void linesAreStoredInOrder() {
    CommandRun run = lines("1\n\n2\r\n3", "a", "-", "--quiet");

    assertThat(run.code()).as(run.errors()).isZero();
    List<String> stored = stored(3);
    assertThat(stored).extracting(each -> each.split(" ")[2]).containsExactly("1", "2", "3");
    assertThat(lastLine(run))
        .isEqualTo(
            "3 stored, " + stored.get(0).split(" ")[0] + " to " + stored.get(2).split(" ")[0]);
  }

  @Test
  void noLinesAreNoError() {
    CommandRun run = lines("", "a", "-");

    assertThat(run.code()).as(run.errors()).isZero();
    assertThat(lastLine(run)).isEqualTo("0 stored");
  }

  @Test
  void invalidLineIsNamedWithWhatWasStoredBeforeIt() {
    CommandRun run = lines("1\n2\nthree\n4\n", "a", "-", "--quiet");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.errors()).startsWith("Line 3: ").contains("; 2 stored, ");
  }

  @Test
  void linesWithAKeyCanBeSentAgain() {
    String first = lastLine(lines("1\n2\n", "a", "-", "--key", "k", "--quiet"));

    assertThat(lastLine(lines("1\n2\n", "a", "-", "--key", "k", "--quiet"))).isEqualTo(first);
  }

  @Test
  void missingHubIsReportedAtOnce() {
    String url = hub.url();
    hub.close();
    try {
      for (String data : List.of("1", "-")) {
        CommandRun run = to(url, "1\n", "a", data);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.errors())
            .isEqualTo("No hub answers at " + url + ": start one, or set --url\n");
      }
    } finally {
      hub = TestHub.start();
    }
  }

  @Test
  void tokenIsSent() throws Exception {
    JsonObject auth = new JsonObject().put("hmacSecret", Tokens.SECRET);
    TestHub.run(
        new JsonObject().put("auth", auth),
        closed -> {
          assertThat(to(closed.url(), "", "a", "1").errors()).startsWith("Send a token: ");
          CommandRun run = to(closed.url(), "", "a", "1", "--token", Tokens.of("a", "**"));
          assertThat(run.code()).as(run.errors()).isZero();
        });
  }

  @Test
  void hubMustBeTrustedOverHttps() throws Exception {
    String certificate = TestCertificate.shared().certificate().toString();
    TestHub.run(
        new JsonObject().put("http", TestHub.tls()),
        closed -> {
          CommandRun strange = to(closed.url(), "", "a", "1");
          assertThat(strange.code()).isEqualTo(1);
          assertThat(strange.errors()).contains("is not trusted").endsWith("with --cacert\n");

          CommandRun run = to(closed.url(), "", "a", "1", "--cacert", certificate);
          assertThat(run.code()).as(run.errors()).isZero();
          CommandRun lines = to(closed.url(), "1\n2\n", "a", "-", "--cacert", certificate);
          assertThat(lastLine(lines)).startsWith("2 stored, ");
        });
  }

  @Test
  void invalidOptionsAreOneLine() {
    assertThat(publish("a").code()).isEqualTo(2);
    assertThat(publish("a", "-", "--text").code()).isEqualTo(2);
    for (String url :
        List.of("ftp://x", "localhost:3000", "http://", "http://a/?b", "http://a b")) {
      CommandRun run = to(url, "", "a", "1");
      assertThat(run.code()).as(url).isEqualTo(2);
      assertThat(run.errors()).as(url).startsWith("--url must be a URL such as ");
    }
  }
}
