package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub whose memory stays short, because its heap is just large enough to start. */
class OutOfMemoryIT {

  @TempDir private Path directory;

  private HubProcess start(String store) throws Exception {
    Files.writeString(
        directory.resolve("hub.json"),
        """
        {"http": {"port": 0, "serve": ["health"]}, "ingest": {}, "history": {"store": "%s"},
         "limits": {"heapPercent": 50, "memoryExitSeconds": 2}}
        """
            .formatted(store));
    return HubProcess.start(
        directory,
        Map.of(),
        List.of("-Xmx16m", "-XX:+UseSerialGC"),
        "-conf",
        directory.resolve("hub.json").toString());
  }

  @Test
  void endsWithACodeOfItsOwnAfterTheTimeThatIsSet() throws Exception {
    HubProcess hub = start("sqlite");
    assertThat(hub.awaitExit()).isEqualTo(75);
    assertThat(hub.output())
        .anySatisfy(line -> assertThat(line).contains("ERROR", "Memory has been short for 2 s"));
  }

  @Test
  void goesOnWhileTheLogWouldEndWithIt() throws Exception {
    HubProcess hub = start("memory");
    try {
      hub.awaitLine("The hub goes on although memory is short");
      assertThat(hub.isAlive()).isTrue();
    } finally {
      hub.terminate().awaitExit();
    }
  }
}
