package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outpour.SseParser.Event;
import dev.outpour.bus.MessageBus;
import dev.outpour.log.UpdateBus;
import dev.outpour.log.UpdateListener;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.impl.clustered.ClusteredMessage;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes with certificates, and strangers in the same Hazelcast cluster. */
class BusTlsIT {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private static Path directory;
  @TempDir private static Path ours;
  @TempDir private static Path theirs;
  private static TestCertificates certificates;
  private static TestCertificates others;
  private static TestCluster cluster;
  private static int nearPort;
  private static int farPort;

  @BeforeAll
  static void makeCluster() throws Exception {
    assumeTrue(TestCertificates.canBeMade(), "openssl is needed on the PATH");
    certificates = TestCertificates.in(ours);
    others = TestCertificates.in(theirs);
    cluster = new TestCluster(directory, 10, 10).secured(certificates);
    HubProcess ingest = cluster.ingest();
    ingest.awaitLine("Ready");
    // It makes its first connection after its files are gone.
    certificates.hide("ingest");
    HubProcess near = cluster.edge();
    HubProcess far = cluster.edge();
    nearPort = near.awaitPort();
    farPort = far.awaitPort();
    certificates.expire("edge");
    awaitFlow();
    certificates.show("ingest");
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static void awaitFlow() {
    for (int port : List.of(nearPort, farPort)) {
      Await.until(() -> isTaken(port, "flow", 0), cluster::output);
    }
  }

  /** Uses a key, since an update without an answer may have been stored. */
  private static boolean isTaken(int port, String topic, int number) {
    String query = "?topic=" + topic + "&key=" + topic + number;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/update" + query))
            .POST(BodyPublishers.ofString("[" + number + "]"))
            .build();
    return CLIENT.sendAsync(request, BodyHandlers.discarding()).join().statusCode() == 200;
  }

  private static SseClient read(int port, String topic) {
    return SseClient.to(port, "/events?topic=" + topic).open();
  }

  @Test
  void nodesWithCertificatesOfOneAuthorityWorkTogether() {
    Vertx program = cluster.join(certificates.of("ingest"));
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    UpdateListener listener =
        UpdateBus.listen(program, update -> heard.add(update.topics() + " " + update.data()));
    try (SseClient there = read(farPort, "together")) {
      // It receives updates once it knows the log, and nothing signals that.
      AtomicInteger tries = new AtomicInteger();
      Await.until(
          () -> isTaken(nearPort, "known", tries.incrementAndGet()) && !heard.isEmpty(),
          heard::size);
      assertThat(isTaken(nearPort, "together", 1)).isTrue();
      DeliveryOptions options = new DeliveryOptions().addHeader("topic", "together");
      JsonObject reply =
          Await.result(
              program
                  .eventBus()
                  .<JsonObject>request(UpdateBus.INGEST, new JsonObject().put("by", "bus"), options)
                  .map(answer -> answer.body()));

      List<Event> events = there.awaitEvents(2);
      assertThat(there.data()).containsExactly("[1]", "{\"by\":\"bus\"}");
      assertThat(reply.getString("id")).isEqualTo(events.get(1).id());
      Await.until(() -> heard.contains("[together] {\"by\":\"bus\"}"), () -> heard);
    } finally {
      listener.close();
      Await.result(program.close());
    }
  }

  private static JsonObject stranger(String kind) {
    return switch (kind) {
      case "without" -> new JsonObject();
      case "of another authority" -> others.of("edge").put("tlsTrust", certificates.file("ca.pem"));
      case "that has expired" -> certificates.of("edge");
      default -> throw new AssertionError(kind);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"without", "of another authority", "that has expired"})
  void strangerWithoutSuchACertificateIsGivenNothingAndAddsNothing(String kind) {
    Vertx stranger = cluster.join(stranger(kind));
    Queue<Object> heard = new ConcurrentLinkedQueue<>();
    String topic = "stranger-" + kind.length();
    try (SseClient there = read(farPort, topic)) {
      UpdateListener listener = UpdateBus.listen(stranger, heard::add);
      // It registers for updates and questions, and the bus uses its consumers in turn.
      for (String address : List.of(MessageBus.APPEND, MessageBus.LOG, UpdateBus.INGEST)) {
        Await.result(
            stranger.eventBus().consumer(address, message -> heard.add(message)).completion());
      }
      Queue<String> taken = new ConcurrentLinkedQueue<>();
      AtomicInteger refused = new AtomicInteger();
      AtomicInteger number = new AtomicInteger();
      // One message to it is enough, since each times out.
      Await.until(
          () -> {
            int n = number.incrementAndGet();
            if (isTaken(nearPort, topic, n)) {
              taken.add("[" + n + "]");
            } else {
              refused.incrementAndGet();
            }
            stranger.eventBus().send(UpdateBus.INGEST, "forged " + n, to(topic));
            stranger.eventBus().publish(UpdateBus.INGEST, "forged " + n, to(topic));
            return refused.get() == 1 && !taken.isEmpty();
          },
          cluster::output);

      there.awaitEvents(taken.size());
      assertThat(there.data()).containsExactlyElementsOf(taken);
      assertThat(there.words()).isEmpty();
      assertThat(heard).allMatch(BusTlsIT::isOwn);
      assertThat(cluster.output())
          .anyMatch(line -> line.contains("Event bus connection to ") && isWhy(kind, line))
          .anyMatch(line -> line.contains("Event bus connection from 127.0.0.1 failed: "));
      listener.close();
    } finally {
      Await.result(stranger.close());
    }
    awaitFlow();
  }

  /** The reason in the log of the node that connects to the stranger. */
  private static boolean isWhy(String kind, String line) {
    return switch (kind) {
      case "without" -> line.contains(" failed: ");
      case "of another authority" -> line.contains("is not signed by cluster.tlsTrust");
      case "that has expired" -> line.contains("has expired");
      default -> throw new AssertionError(kind);
    };
  }

  private static DeliveryOptions to(String topic) {
    return new DeliveryOptions().addHeader("topic", topic);
  }

  /** Whether the process itself sent it. */
  private static boolean isOwn(Object heard) {
    return heard instanceof ClusteredMessage<?, ?> message && !message.isFromWire();
  }

  @Test
  void forgedFramesOfThoseWhoShowNoCertificateAddNothing() throws Exception {
    Vertx asking = cluster.join();
    Buffer frame =
        BusFrame.numbered(BusFrame.JSON, UpdateBus.INGEST, BusFrame.json("{\"forged\":1}"));
    try (SseClient reader = read(nearPort, TestCluster.DEFAULT_TOPIC)) {
      for (int port : BusFrame.ports(asking)) {
        try (Socket plain = new Socket("127.0.0.1", port)) {
          assertClosed(plain, frame);
        }
        try (Socket anonymous = trusting().getSocketFactory().createSocket("127.0.0.1", port)) {
          assertClosed(anonymous, frame);
        }
      }
      assertThat(isTaken(nearPort, TestCluster.DEFAULT_TOPIC, 1)).isTrue();
      reader.awaitEvents(1);
      assertThat(reader.data()).containsExactly("[1]");
    } finally {
      Await.result(asking.close());
    }
    assertThat(cluster.output()).noneMatch(line -> line.contains("Exception"));
  }

  private static void assertClosed(Socket socket, Buffer frame) throws IOException {
    socket.setSoTimeout((int) Await.LONG.toMillis());
    try {
      socket.getOutputStream().write(frame.getBytes());
      // An alert may come first.
      socket.getInputStream().readAllBytes();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("It is open", e);
    } catch (IOException closed) {
      assertThat(closed).isInstanceOf(IOException.class);
    }
  }

  /** A client that trusts every certificate and presents none. */
  private static SSLContext trusting() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        null,
        new TrustManager[] {
          new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
              return new X509Certificate[0];
            }
          }
        },
        null);
    return context;
  }
}
