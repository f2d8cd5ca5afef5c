package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Custom pages in the hub's working directory, and paths that are not pages. */
class WebrootIT {

  @TempDir private Path directory;

  private void write(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "content of " + name);
  }

  private void link(String name, String target) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.createSymbolicLink(file, Path.of(target));
  }

  private static RawHttp.Answer get(int port, String path) {
    try (RawHttp connection = RawHttp.connect(port)) {
      return connection.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
    }
  }

  @Test
  void ownPagesAreServedAndNothingHiddenOrBeside() throws Exception {
    for (String name :
        List.of(
            "webroot/index.html",
            "webroot/own/page.html",
            "webroot/.env",
            "webroot/own/.env",
            "webroot/.git/config",
            "webroot-secret/page.html",
            "secret.html")) {
      write(name);
    }
    link("webroot/outside.html", "../secret.html");
    link("webroot/beside", "../webroot-secret");
    link("webroot/inside.html", "own/page.html");
    link("webroot/linked/index.html", "../../secret.html");
    link("webroot/loop", "loop");
    try (HubProcess hub =
        HubProcess.start(
            directory,
            Map.of(),
            List.of("-Doutpour.http.port=0", "-Doutpour.history.store=memory"))) {
      int port = hub.awaitPort();
      assertThat(get(port, "/").body()).isEqualTo("content of webroot/index.html");
      assertThat(get(port, "/own/page.html").body()).isEqualTo("content of webroot/own/page.html");
      assertThat(get(port, "/inside.html").body()).isEqualTo("content of webroot/own/page.html");
      assertThat(get(port, "/page.css").status()).isEqualTo(200);
      for (String path :
          List.of(
              "/.env",
              "/%2eenv",
              "/own/.env",
              "/own/%2Eenv",
              "//.env",
              "/./.env",
              "/own/../.env",
              "/.git/config",
              "/%2egit/config",
              "/own/%2e%2e/.git/config",
              "/../secret.html",
              "/%2e%2e/secret.html",
              "/..%2fsecret.html",
              "/%2e%2e%2fsecret.html",
              "/own/..%5c..%5csecret.html",
              "/../webroot-secret/page.html",
              "/..%2fwebroot-secret/page.html",
              "/outside.html",
              "/beside/page.html",
              "/linked/",
              "/linked/index.html",
              "/loop",
              "/own/")) {
        RawHttp.Answer answer = get(port, path);
        // 400 if the path is not in its simplest form.
        assertThat(answer.status()).as(path).isIn(400, 404);
        assertThat(answer.body()).as(path).doesNotContain("content of");
      }
    }
  }
}
