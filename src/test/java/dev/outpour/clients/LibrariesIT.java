package dev.outpour.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.Await;
import dev.outpour.HubProcess;
import dev.outpour.SteadyPublisher;
import dev.outpour.faults.Extent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Third-party libraries lose nothing while connections break and the hub restarts. */
@Tag(Extent.FULL)
class LibrariesIT {

  /** How long to wait for updates that may be lost; others arrive within a second. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String CLIENTS_OWN = "Its own fault: ";

  @TempDir private Path directory;

  private final int port = HubProcess.freePort();
  private final List<Follower> followers = new ArrayList<>();
  private HubProcess hub;

  LibrariesIT() throws IOException {}

  private void startHub() throws Exception {
    String configuration = "{\"http\": {\"port\": " + port + "}, \"ingest\": {}}";
    hub = HubProcess.start(directory, Map.of(), HubProcess.QUICK, "-conf", configuration);
    hub.awaitLine("Ready");
  }

  @AfterEach
  void stop() throws IOException {
    for (Follower follower : followers) {
      follower.close();
    }
    hub.close();
  }

  private List<Follower> follow(List<Library> libraries, String topic) throws IOException {
    List<Follower> all = new ArrayList<>();
    for (Library library : libraries) {
      all.add(new Follower(library, port, topic, directory));
    }
    followers.addAll(all);
    return all;
  }

  private void publish(String topic, int count) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    URI uri = URI.create("http://localhost:" + port + "/update?topic=" + topic);
    for (int i = 0; i < count; i++) {
      String data = "{\"key\":\"" + topic + "-" + i + "\"}";
      HttpRequest request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(data)).build();
      assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }
  }

  /** Breaks every connection in each of the ways, and waits until all have reconnected. */
  private static void cut(List<Follower> all) {
    for (Cut cut : Cut.values()) {
      List<Integer> before = all.stream().map(one -> one.relay().streams()).toList();
      all.forEach(one -> one.relay().cutAtNextUpdate(cut));
      for (int i = 0; i < all.size(); i++) {
        Follower one = all.get(i);
        Await.until(() -> !one.relay().isToCut() || !one.isAlive(), () -> one + " is not cut");
        one.awaitStreams(before.get(i) + 1);
      }
    }
  }

  @Test
  void nothingIsLostOrDoubledWhereConnectionsBreakAndTheHubRestarts() throws Exception {
    List<Library> libraries = Library.chosen();
    startHub();
    List<Follower> busy = follow(libraries, "busy");
    List<Follower> cutEarly = follow(libraries, "early");
    List<Follower> restartedEarly = follow(libraries, "quiet");
    followers.forEach(one -> one.awaitStreams(1));

    // Before they have received an update, while some are published.
    cutEarly.forEach(one -> one.relay().hold());
    publish("early", 3);
    cutEarly.forEach(one -> one.relay().release());

    SteadyPublisher publisher = new SteadyPublisher(port, "busy", "busy", 50);
    try (publisher) {
      cut(busy);
      hub.terminate().awaitExit();
      startHub();
      busy.forEach(one -> one.awaitStreams(7));
      hub.terminate().awaitExit();
      // Before they have received an update, and some are published right afterwards.
      restartedEarly.forEach(one -> one.relay().hold());
      startHub();
      publish("quiet", 5);
      restartedEarly.forEach(one -> one.relay().release());
      busy.forEach(one -> one.awaitStreams(8));
    }
    Map<List<Follower>, Integer> expected =
        Map.of(busy, publisher.acknowledged(), cutEarly, 3, restartedEarly, 5);
    List<String> faults = new ArrayList<>();
    expected.forEach((all, count) -> all.forEach(one -> faults.add(faults(one, count))));
    faults.removeIf(String::isEmpty);
    faults.forEach(System.out::println);
    assertThat(faults).filteredOn(fault -> !fault.startsWith(CLIENTS_OWN)).isEmpty();
  }

  /** Gives up on libraries that lost the last update, since nothing else marks the end. */
  private static String faults(Follower one, int count) {
    try {
      Await.within(PATIENCE, () -> one.isDone(count), () -> one);
    } catch (AssertionError late) {
      // The errors show it.
    }
    String faults = one.faults(count);
    return faults.isEmpty() || one.library().isSound() ? faults : CLIENTS_OWN + faults;
  }
}
