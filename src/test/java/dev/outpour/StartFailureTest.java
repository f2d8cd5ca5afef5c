package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.http.CannotListenException;
import dev.outpour.settings.CannotStartException;
import dev.outpour.settings.Settings;
import io.vertx.core.VertxException;
import io.vertx.core.json.JsonObject;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class StartFailureTest {
  private static final Configuration CONFIGURATION =
      Configuration.ofAll(Settings.of(new JsonObject("{\"http\": {}}")));

  private static String explained(Throwable failure) {
    return StartFailure.explain(failure, CONFIGURATION).orElseThrow();
  }

  private static String listening(String address, Throwable cause) {
    return explained(new VertxException(new CannotListenException(address, cause)));
  }

  @Test
  void saysWhatIsInTheWayAndWhatToChange() {
    assertThat(listening("::1", new BindException("Address already in use")))
        .isEqualTo("Port 3000 on ::1 is already in use: set http.port or stop the other program");
    assertThat(listening("::1", new BindException("Permission denied"))).contains("set http.port");
    assertThat(listening("192.0.2.1", new BindException("Cannot assign requested address")))
        .isEqualTo("192.0.2.1 is not an address of this machine: set http.host");
    assertThat(listening("x", new UnknownHostException("x"))).contains("set http.host");
    assertThat(explained(new AccessDeniedException("data/x.db")))
        .isEqualTo("Cannot use data/x.db: permission denied");
    assertThat(explained(new FileSystemException("data/x.db", null, "No space left on device")))
        .isEqualTo("Cannot use data/x.db: No space left on device");
    assertThat(explained(new ClassNotFoundException("a.B")))
        .isEqualTo("There is no verticle a.B: check its spelling");
  }

  @Test
  void looksBehindWhatOnlyWraps() {
    Throwable locked = new CannotStartException("Another hub has data/x.db open");

    assertThat(explained(new VertxException(new RuntimeException(locked))))
        .isEqualTo("Another hub has data/x.db open");
  }

  @Test
  void tellsWhyAClusterCannotBeJoined() {
    Throwable failure = new RuntimeException("outer", new BindException("inner"));

    assertThat(StartFailure.explainJoining(failure, CONFIGURATION.cluster()))
        .isEqualTo("Cannot join a cluster at cluster.host 127.0.0.1, cluster.port 5701: inner");
  }

  @Test
  void leavesTheUnexpectedToItsStackTrace() {
    assertThat(StartFailure.explain(new NullPointerException(), CONFIGURATION)).isEmpty();
    assertThat(StartFailure.explain(new IllegalStateException("odd"), CONFIGURATION)).isEmpty();
  }
}
