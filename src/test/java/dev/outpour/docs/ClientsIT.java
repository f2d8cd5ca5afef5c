package dev.outpour.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.HubProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the language pages, while the hub restarts. */
class ClientsIT {

  @TempDir private Path directory;

  private final List<Client> clients = new ArrayList<>();
  private int port;
  private HubProcess hub;

  private void startHub() throws Exception {
    String configuration = "{\"http\": {\"port\": " + port + "}, \"ingest\": {}}";
    hub = HubProcess.start(directory, Map.of(), HubProcess.QUICK, "-conf", configuration);
    hub.awaitLine("Ready");
  }

  @AfterEach
  void stop() {
    clients.forEach(Client::close);
    hub.close();
  }

  @Test
  void nothingIsLostOrDoubledWhileTheHubIsAway() throws Exception {
    port = HubProcess.freePort();
    startHub();
    for (Language language : Language.values()) {
      if (language.isHere()) {
        clients.add(new Client(language, "http://localhost:" + port, directory));
      }
    }
    clients.forEach(Client::awaitThatItTellsOfTheGap);
    publishAll();
    clients.forEach(Client::awaitThatItIsRead);

    hub.terminate().awaitExit();
    publishAll();
    startHub();
    clients.forEach(Client::awaitThatItIsRead);

    hub.kill();
    startHub();
    publishAll();
    clients.forEach(Client::awaitThatItIsRead);

    for (Client client : clients) {
      end(client.topic());
    }
    clients.forEach(Client::awaitItsEnd);
    publishAll();
    clients.forEach(Client::isToldThatItMayNotPublish);
  }

  private void publishAll() throws IOException {
    for (Client client : clients) {
      client.beginToPublish();
    }
  }

  private void end(String topic) throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + port + "/update?topic=" + topic + "&end=true");
    int status =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("0")).build(),
                BodyHandlers.discarding())
            .statusCode();
    assertThat(status).isEqualTo(200);
  }
}
